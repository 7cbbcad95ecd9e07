/** How many rows are named of those that are alike: rejected for one reason, changed in one way, different in one column. */
export const SAMPLES = 5;
