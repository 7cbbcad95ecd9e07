import type { TakenCounts, TakenQuestion } from '../../core/ports/legacy-source';
import type { Dictionary } from './dictionary';
import { queryRows, type Sessions } from '../session/sessions';
import { countTakenRows } from '../sql/taken-statements';

/** Counts the rows of one table by who takes them, in one scan. */
export async function countTaken(
  { sessions, dictionary }: { readonly sessions: Sessions; readonly dictionary: Dictionary },
  { source, scn, takers }: TakenQuestion,
): Promise<TakenCounts> {
  const { name: table } = (await dictionary.need(source)).table;
  const query = countTakenRows({ table, scn }, takers);
  const [row = []] = await sessions.use(`counting ${source.name}`, (session) => queryRows(session, query));
  const [total = NaN, once = NaN, several = NaN, leftByChoice = NaN, ofOthers = NaN, none = NaN, ...each] =
    row.map(Number);
  return {
    ...{ total, once, several, leftByChoice, ofOthers, none },
    takers: takers.map((_, nth) => ({ taken: each[2 * nth] ?? NaN, loaded: each[2 * nth + 1] ?? NaN })),
  };
}
