import type { LegacyRow, TargetRow } from '../../core/mapping/wire';
import type { LoadFault, PreparedChunk, Reject } from '../../core/run/outcomes';
import type { ChunkLoader, LoaderContext, LoadPlan } from '../../core/ports/target';
import { readColumns } from '../catalogue/columns';
import { ByteWriter } from '../encode/byte-writer';
import { openChunkLoader } from '../load/chunk-loader';
import { needsStaging } from '../load/staging/conflicts';
import { openIndexTrial, type IndexTrial } from '../load/staging/index-trial';
import { narrowedValues } from '../load/shape/narrowed-values';
import { readShape, type TableShape } from '../load/shape/table-shape';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { translating } from '../session/sqlstate';
import type { Clone } from './clone-table';
import { narrowedPlan, picked } from '../load/shape/narrowed-plan';

export interface ProbeLoading {
  readonly session: Session;
  /** Of the real target. */
  readonly ledgerSchema: string;
  /** Its tables are the clones. */
  readonly place: Place;
  readonly clone: Clone;
  readonly plan: LoadPlan;
  readonly context: LoaderContext;
}

interface Judging {
  /** Of the real table, with all columns. */
  readonly shape: TableShape;
  /** Of the real table; null where a row need not be written, and the clone has the indexes. */
  readonly trial: IndexTrial | null;
  /** Positions of the columns that the clone has. */
  readonly kept: readonly number[];
}

/**
 * A loader over a clone: every value passes the encoders of the real table, then the columns that the clone has go the way of a
 * load, through the loader itself.
 */
export async function openProbeLoader(probe: ProbeLoading): Promise<ChunkLoader> {
  const { place, plan, context } = probe;
  const judging = await translating(`opening the judgement of ${plan.entity}`, () => judgingOf(probe));
  const loader = await openChunkLoader(place, { plan: narrowedPlan(plan, judging.kept), context });
  return {
    load: async (chunk) => {
      const doing = `judging ${plan.entity}, chunk ${chunk.id.chunk}`;
      return loader.load(await translating(doing, () => judged(chunk, judging)));
    },
    close: () => loader.close(),
  };
}

async function judgingOf({ session, ledgerSchema: schema, clone, plan }: ProbeLoading): Promise<Judging> {
  const names = new Set((await readColumns(session, clone.clone)).map(({ name }) => name));
  const shape = await readShape(session, clone.original, plan);
  const trial = { schema, table: clone.original, plan, catalogue: shape.catalogue, name: `${clone.clone.name}_trial` };
  return {
    shape,
    trial: meetsRows(plan) ? null : await openIndexTrial(session, trial),
    kept: plan.columns.flatMap((name, position) => (names.has(name) ? [position] : [])),
  };
}

/** The chunk without the rows that are refused by themselves, and narrowed to what is compared with other rows. */
async function judged(chunk: PreparedChunk, { shape, trial, kept }: Judging): Promise<PreparedChunk> {
  const rows: TargetRow[] = [];
  const origins: LegacyRow[] = [];
  const indexes: number[] = [];
  const rejects = chunk.rejects.map(withoutValues);
  const out = new ByteWriter();
  const long: ReadonlyMap<number, LoadFault> = (await trial?.faultsOf(chunk.rows)) ?? new Map<number, LoadFault>();
  for (const [index, row] of chunk.rows.entries()) {
    const origin = chunk.origins[index] ?? [];
    const fault = long.get(index) ?? cellFault(row, shape, out);
    if (fault !== null) {
      rejects.push(withoutValues(chunk.rejectFor(origin, fault)));
    } else {
      rows.push(picked(row, kept));
      origins.push(origin);
      indexes.push(index);
    }
  }
  const rejectFor = (origin: LegacyRow, fault: LoadFault): Reject => withoutValues(chunk.rejectFor(origin, fault));
  const changesWithout = changesOfJudged(chunk, { shape, kept }, indexes);
  return { ...chunk, rows, origins, rejects, rejectFor, changesWithout };
}

/** `indexes`: which rows of the chunk the judged ones are. The columns that the clone has are counted by its own loader. */
function changesOfJudged(
  chunk: PreparedChunk,
  { shape, kept }: Pick<Judging, 'shape' | 'kept'>,
  indexes: readonly number[],
): PreparedChunk['changesWithout'] {
  const others = shape.narrowed.filter(({ position }) => !kept.includes(position));
  return (left) => {
    const staying = new Set(indexes.filter((_, nth) => !left.has(nth)));
    const out = new Set([...chunk.rows.keys()].filter((index) => !staying.has(index)));
    return [...chunk.changesWithout(out), ...narrowedValues(chunk, others, out)];
  };
}

/** The verdict of the encoders that a load comes to when a chunk has a row at fault; the bytes are thrown away. */
function cellFault(row: TargetRow, { stagedEncoder, columns }: TableShape, out: ByteWriter): LoadFault | null {
  out.beginRow();
  const fault = stagedEncoder.encode(row, out);
  out.dropRow();
  if (fault === null) return null;
  const { position, reason, sqlState } = fault;
  return { property: columns[position]?.property ?? null, reason, sqlState };
}

/** The temporary ledger counts; it has no need of the rows. */
function withoutValues(reject: Reject): Reject {
  return { ...reject, raw: '' };
}

/** Whether a load of the plan leaves rows out or overwrites others: only what is written is then judged by indexes. */
export function meetsRows({ conflicts }: LoadPlan): boolean {
  return needsStaging(conflicts);
}
