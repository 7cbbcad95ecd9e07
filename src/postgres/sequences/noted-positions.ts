import { sameTable } from '../../core/mapping/table-name';
import type { TableName } from '../../core/ports/target';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { ident, literal, qualified } from '../session/sql';
import { fedBySequence, greatestIn, type Fed, type FedColumn } from './fed';
import { positionOf, samePosition, type Position } from './position';

/** What the ledger keeps of a sequence of a run. */
export interface NotedPosition {
  /** Number of the entry in the journal. */
  readonly seq: string;
  readonly sequence: TableName;
  /** Where it stood before the run, and where the run has left it: null before the end of the load. */
  readonly before: Position;
  readonly after: Position | null;
  /** The greatest number in the columns that it feeds, before the run. */
  readonly greatest: bigint | null;
  readonly columns: readonly Pick<FedColumn, 'table' | 'name'>[];
  /** Whether these tell which of its numbers are taken: it counts up, and feeds nothing but them. */
  readonly comparable: boolean;
}

const KIND = 'sequence';

/** Numbers of 64 bits do not fit into those of JSON. */
interface StoredPosition {
  readonly last: string;
  readonly called: boolean;
}

interface Row {
  readonly seq: string;
  readonly schema_name: string;
  readonly object: string;
  readonly details: {
    readonly before: StoredPosition;
    readonly after: StoredPosition | null;
    readonly greatest: string | null;
    readonly columns: NotedPosition['columns'];
    readonly comparable: boolean;
  };
}

/** The sequences of a run. */
export async function notedPositions(session: Session, schema: string, runId: string): Promise<NotedPosition[]> {
  const { rows } = await session.query<Row>(
    `select seq, schema_name, object, details from ${ident(schema)}.journal where kind = $1 and run = $2 order by seq`,
    [KIND, runId],
  );
  return rows.map(({ seq, schema_name, object: name, details: { before, after, greatest, ...rest } }) => ({
    ...rest,
    seq,
    sequence: { schema: schema_name, name },
    before: read(before),
    after: after === null ? null : read(after),
    greatest: greatest === null ? null : BigInt(greatest),
  }));
}

/** Notes where the sequences of the tables stand before the load, which may draw numbers itself by a column's default. Safe to repeat. */
export function noteSequences(place: Place, runId: string, tables: readonly TableName[]): Promise<void> {
  return place.sessions.use(async (session) => {
    for (const fed of await fedBySequence(session, place, tables)) {
      if (!fed.feeding.allowed) continue;
      const at = await positionOf(session, fed.feeding.sequence);
      await noteStart(session, place.ledgerSchema, { runId, fed, at });
    }
  });
}

interface Start {
  readonly runId: string;
  readonly fed: Fed;
  readonly at: Position;
}

async function noteStart(session: Session, schema: string, { runId, fed, at }: Start): Promise<void> {
  const { sequence, maximum, increment } = fed.feeding;
  if ((await findNoted(session, schema, { runId, sequence })) !== undefined) return;
  const numbers = fed.columns.filter(({ numeric }) => numeric).map(({ table, name }) => ({ table, name }));
  const greatest = await greatestIn(session, numbers, maximum);
  const comparable = increment > 0n && numbers.length === fed.columns.length;
  await session.query(
    `insert into ${ident(schema)}.journal (run, kind, schema_name, table_name, object, restore_sql, details, state)
     values ($1, $2, $3, $4, $4, $5, $6, 'noted')`,
    [
      runId,
      KIND,
      sequence.schema,
      sequence.name,
      `select setval(${literal(qualified(sequence))}::regclass, ${at.last}, ${at.called})`,
      JSON.stringify({
        before: stored(at),
        after: null,
        greatest: greatest?.toString() ?? null,
        columns: numbers,
        comparable,
      }),
    ],
  );
}

/**
 * Notes that the run is about to leave a sequence at `to`. Where others have moved it since the run left it last, it counts as having
 * stood before the run where they have left it.
 */
export async function noteMove(
  session: Session,
  schema: string,
  { runId, fed, from, to }: Omit<Start, 'at'> & { readonly from: Position; readonly to: Position },
): Promise<void> {
  const { sequence } = fed.feeding;
  await noteStart(session, schema, { runId, fed, at: from });
  const noted = await findNoted(session, schema, { runId, sequence });
  if (noted === undefined) return;
  const isOurs = noted.after === null || samePosition(noted.after, from);
  await session.query(`update ${ident(schema)}.journal set details = details || $2::jsonb where seq = $1`, [
    noted.seq,
    JSON.stringify({ before: stored(isOurs ? noted.before : from), after: stored(to) }),
  ]);
}

/** To be called once the sequence stands where it stood before the run, or is left for good. */
export async function forgetPosition(session: Session, schema: string, seq: string): Promise<void> {
  await session.query(`delete from ${ident(schema)}.journal where seq = $1`, [seq]);
}

async function findNoted(
  session: Session,
  schema: string,
  { runId, sequence }: { readonly runId: string; readonly sequence: TableName },
): Promise<NotedPosition | undefined> {
  return (await notedPositions(session, schema, runId)).find((noted) => sameTable(noted.sequence, sequence));
}

function stored({ last, called }: Position): StoredPosition {
  return { last: last.toString(), called };
}

function read({ last, called }: StoredPosition): Position {
  return { last: BigInt(last), called };
}
