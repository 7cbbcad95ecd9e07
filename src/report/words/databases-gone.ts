/** What can be done after a demo whose databases have ended with it: no command reaches them. */
export const DATABASES_GONE = 'Both databases are gone now. Keep them for other commands with: cutover demo --keep';
