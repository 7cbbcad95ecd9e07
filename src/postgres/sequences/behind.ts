import type { BehindSequence } from '../../core/outcomes';
import type { TableName } from '../../core/ports/target';
import { readableLedger } from '../ledger/readable';
import type { Place } from '../place';
import { mayUseSchema } from '../rights';
import type { Session } from '../session';
import { ident, literal, qualified } from '../sql';
import { greatestIn } from './fed';
import { readFeedings, type Feeding } from './feeding';
import { maySee, positionOf } from './position';

/**
 * The sequences of a run's tables that would give numbers which the tables have, and those of which this user cannot see where they
 * stand. Tables that this user may not read are left out; so are sequences that count down.
 */
export function behindSequences(place: Place, runId: string): Promise<BehindSequence[]> {
  // The sequences of a rehearsal are its own.
  if (place.copies !== null) return Promise.resolve([]);
  return place.sessions.use(async (session) => {
    const behind: BehindSequence[] = [];
    for (const table of await tablesOfRun(session, place.ledgerSchema, runId)) {
      if (!(await mayRead(session, table))) continue;
      for (const feeding of await readFeedings(session, table)) {
        if (!feeding.numeric || feeding.increment < 0n) continue;
        const found = await behindOf(session, table, feeding);
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
    `select distinct schema_name as schema, table_name as name from ${ledger.of('entity_table')} where run = $1 order by 1, 2`,
    [runId],
  );
  return rows;
}

async function mayRead(session: Session, table: TableName): Promise<boolean> {
  if (!(await mayUseSchema(session, table.schema))) return false;
  const { rows } = await session.query<{ reads: boolean | null }>(
    `select has_table_privilege(to_regclass($1)::oid, 'select') as reads`,
    [qualified(table)],
  );
  return rows[0]?.reads === true;
}

async function behindOf(session: Session, table: TableName, feeding: Feeding): Promise<BehindSequence | null> {
  const { sequence, column, increment, maximum } = feeding;
  // Before the sequence is looked at: whoever draws a number meanwhile has it beyond.
  const greatest = await greatestIn(session, [{ table, name: column }], maximum);
  if (greatest === null) return null;
  const isSeen = await maySee(session, sequence);
  const position = isSeen ? await positionOf(session, sequence) : null;
  const next = position === null ? null : position.called ? position.last + increment : position.last;
  if (next !== null && next > greatest) return null;
  const name = qualified(sequence);
  const setting = `select setval(${literal(name)}, greatest(last_value, ${greatest})) from ${name}`;
  const seeing = `grant select on sequence ${name} to ${ident(await currentUser(session))}`;
  return {
    ...{ sequence: sequence.name, table: table.name, column },
    ...{ greatest: greatest.toString(), next: next?.toString() ?? null },
    cures: isSeen ? [setting] : [setting, seeing],
  };
}

async function currentUser(session: Session): Promise<string> {
  const { rows } = await session.query<{ name: string }>('select current_user::text as name');
  return rows[0]?.name ?? '';
}
