import { shellWord } from '../words/shell-word';

/** The list of differences in a command that writes one. */
export const NEW_LIST = 'differences.json';

const TO_BE_LISTED =
  /"cutover validate --level rows --differences [^"]*" lists ([^,]*), "cutover repair --from [^"]*" puts them back\./;

/** How rows are listed and put back, as a hint says it; `what`: which rows. */
export function toBeListed(what: string): string {
  return `"cutover validate --level rows --differences ${NEW_LIST}" lists ${what}, "cutover repair --from ${NEW_LIST}" puts them back.`;
}

/** The hint, where the rows stand in a list already. */
export function asListedIn(file: string, hint: string): string {
  return hint.replace(
    TO_BE_LISTED,
    (_, what: string) => `${file} lists ${what}: "cutover repair --from ${shellWord(file)}" puts them back.`,
  );
}
