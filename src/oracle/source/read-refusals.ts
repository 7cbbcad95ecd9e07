import { MigrationError } from '../../core/errors';
import { tablesInQuery } from '../../core/mapping/query-text';
import type { ReadRefusal, SourceName, SourceTable } from '../../core/ports/legacy-source';
import { sourceName } from '../../core/rows/read-plan';
import type { Dictionary } from '../dictionary/dictionary';
import { isOracleError } from '../session/ora-errors';
import { queryRows, type Sessions } from '../session/sessions';
import { parseCondition } from '../sql/read-statements';
import { quoteName } from '../sql/statement';

interface ReadAccess {
  readonly sessions: Sessions;
  readonly dictionary: Dictionary;
  /** Who reads, as the dictionary has it. */
  readonly user: string;
}

/**
 * Why a table, view or query cannot be read at the SCN (null: as it is now); no row is read. Of a query, the tables that refuse it. Empty
 * where it can be read, and where there is no such table: that is another finding.
 */
export async function readRefusals(access: ReadAccess, name: SourceName, scn: string | null): Promise<ReadRefusal[]> {
  const table = await described(access.dictionary, name);
  if (table === null) return [];
  const error = await refusal(access, table, scn);
  if (error === null) return [];
  const guilty: ReadRefusal[] = [];
  for (const read of tablesInQuery(name.query ?? '')) {
    guilty.push(...(await readRefusals(access, sourceName(read), scn)));
  }
  return guilty.length > 0 ? guilty : [await worded(access, { table, scn, error })];
}

async function described(dictionary: Dictionary, name: SourceName): Promise<SourceTable | null> {
  try {
    return (await dictionary.need(name)).table;
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

/** What the database says to a statement that reads no row. */
async function refusal(
  { sessions }: ReadAccess,
  table: SourceTable,
  scn: string | null,
): Promise<MigrationError | null> {
  const query = parseCondition({ table: table.name, scn, where: null });
  const doing = `reading ${shown(table)}${scn === null ? '' : ' at an SCN'}`;
  try {
    await sessions.use(doing, (session) => queryRows(session, query));
    return null;
  } catch (error) {
    if (isRefusal(error)) return error;
    throw error;
  }
}

function isRefusal(error: unknown): error is MigrationError {
  return error instanceof MigrationError && ['SOURCE_READ_FAILED', 'SNAPSHOT_LOST'].includes(error.code);
}

interface Refused {
  readonly table: SourceTable;
  readonly scn: string | null;
  readonly error: MigrationError;
}

async function worded(access: ReadAccess, { table, scn, error }: Refused): Promise<ReadRefusal> {
  const isAtAll = scn === null || (await refusal(access, table, null)) !== null;
  const lacksGrant = table.kind !== 'query' && isOracleError(error, 'ORA-01031', 'ORA-00942');
  const hint = lacksGrant ? grantHint(access.user, { table, isAtAll, isAtScn: scn !== null }) : error.hint;
  return {
    ...{ table: shown(table), refused: isAtAll ? 'any-read' : 'read-at-scn', message: error.message },
    ...(hint === undefined ? {} : { hint }),
  };
}

function grantHint(
  user: string,
  { table, isAtAll, isAtScn }: { readonly table: SourceTable; readonly isAtAll: boolean; readonly isAtScn: boolean },
): string {
  const { owner, name } = table.name;
  const privileges = [...(isAtAll ? ['SELECT'] : []), ...(isAtScn ? ['FLASHBACK'] : [])].join(', ');
  const grant = `GRANT ${privileges} ON ${quoteName(owner)}.${quoteName(name)} TO ${quoteName(user)}`;
  const ofView = table.kind === 'view' ? ' If that does not help, the owner of the view lacks it on its tables.' : '';
  return `${owner} or a DBA runs: ${grant};${ofView}`;
}

function shown({ kind, name: { owner, name } }: SourceTable): string {
  return kind === 'query' ? name : `${owner}.${name}`;
}
