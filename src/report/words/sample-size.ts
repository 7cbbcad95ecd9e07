/** How many sample keys a line on the screen has room for; the evidence has all that were kept. */
export const SHOWN_SAMPLES = 3;
