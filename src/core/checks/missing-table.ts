import { sourceName } from '../rows/read-plan';

/** What may help where the dictionary shows no table of that name to the user. */
export function missingTableHint(source: string): string {
  return sourceName(source).owner === null
    ? `Name the owner (OWNER.${source}), or grant the user SELECT on it.`
    : 'Check owner and name as the dictionary writes them (mostly upper case), or grant the user SELECT on it.';
}
