import type { BehindSequence } from '../../core/run/outcomes';
import type { TableName } from '../../core/ports/target';
import { readableLedger } from '../ledger/schema/readable';
import type { Place } from '../session/place';
import { lackingOn, type Lacking } from '../catalogue/privileges';
import type { Session } from '../session/session';
import { grantCures, nextOf, settingCure } from './cures';
import { greatestIn } from './fed';
import { readFeedings, type Feeding } from './feeding';
import { positionOf } from './position';

/**
 * The sequences of a complete run's tables that would give numbers which the tables have, and those of which this user cannot see that
 * they do not. Those that count down are left out. Of a run that is not complete, none: they are set when it is.
 */
export function behindSequences(place: Place, runId: string): Promise<BehindSequence[]> {
  // The sequences of a rehearsal are its own.
  if (place.copies !== null) return Promise.resolve([]);
  return place.sessions.use(async (session) => {
    const behind: BehindSequence[] = [];
    const tables = await tablesOfRun(session, place.ledgerSchema, runId);
    const feedings = await readFeedings(session, tables);
    for (const [index, table] of tables.entries()) {
      const unread = await lackingOn(session, { table, privileges: ['select'] });
      for (const feeding of feedings[index] ?? []) {
        if (!feeding.numeric || feeding.increment < 0n) continue;
        const found = unread.length > 0 ? notLookedAt(table, feeding, unread) : await behindOf(session, table, feeding);
        if (found !== null) behind.push(found);
      }
    }
    return behind;
  });
}

async function tablesOfRun(session: Session, schema: string, runId: string): Promise<TableName[]> {
  const ledger = await readableLedger(session, schema);
  if (ledger === null) return [];
  const { rows } = await session.query<TableName>(
    `select distinct e.schema_name as schema, e.table_name as name from ${ledger.of('entity_table')} e
       join ${ledger.of('run')} r on r.id = e.run
     where e.run = $1 and r.state = 'complete' order by 1, 2`,
    [runId],
  );
  return rows;
}

function notLookedAt(table: TableName, { sequence, column }: Feeding, unread: readonly Lacking[]): BehindSequence {
  const of = { sequence: sequence.name, table: table.name, column };
  return { ...of, greatest: null, next: null, cures: unread.flatMap(({ cures }) => cures) };
}

async function behindOf(session: Session, table: TableName, feeding: Feeding): Promise<BehindSequence | null> {
  const { sequence, column, increment, maximum, seen } = feeding;
  // Before the sequence is looked at: whoever draws a number meanwhile has it beyond.
  const greatest = await greatestIn(session, [{ table, name: column }], maximum);
  if (greatest === null) return null;
  const position = seen ? await positionOf(session, sequence) : null;
  const next = position === null ? null : nextOf(position, increment);
  if (next !== null && next > greatest) return null;
  const setting = settingCure(feeding, { greatest, position });
  return {
    ...{ sequence: sequence.name, table: table.name, column },
    ...{ greatest: greatest.toString(), next: next?.toString() ?? null },
    cures: seen ? [setting] : [setting, ...grantCures(feeding, 'select')],
  };
}
