import { shellWord } from '../words/shell-word';

/** The list of differences in a command that writes one. */
const NEW_LIST = 'differences.json';

/** The command that writes it: of a run, or of the one that is meant anyway. */
export function listingCommand(runId: string | null = null): string {
  return `cutover validate${runId === null ? '' : ` --run ${runId}`} --level rows --differences ${NEW_LIST}`;
}

/** The command that repairs what stands in a list. */
export function repairFrom(file: string): string {
  return `cutover repair --from ${shellWord(file)}`;
}

/** The same for the list that `listingCommand` writes. */
export const REPAIR_LISTED = repairFrom(NEW_LIST);

/** How rows are listed and repaired, as a hint says it; `what`: which rows. */
export function toBeListed(what: string): string {
  return `"${listingCommand()}" lists ${what}, "${REPAIR_LISTED}" repairs them.`;
}

/** The hint, where the rows stand in a list already. */
export function asListedIn(file: string, hint: string): string {
  const [before = '', after = ''] = toBeListed(WHAT).split(WHAT);
  const at = hint.indexOf(before);
  const end = hint.indexOf(after, at + before.length);
  if (at < 0 || end < 0) return hint;
  const what = hint.slice(at + before.length, end);
  const inList = `${file} lists ${what}: "${repairFrom(file)}" repairs them.`;
  return hint.slice(0, at) + inList + hint.slice(end + after.length);
}

/** Stands for the rows. */
const WHAT = '\0';
