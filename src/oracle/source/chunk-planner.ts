import {
  boundedRows,
  cutBlocks,
  keyChunks,
  MAX_CHUNK_BYTES,
  pieceCount,
  rowidChunks,
  SINGLE_CHUNK,
  type BlockRange,
} from '../../core/rows/chunks';
import type { ChunkPlan, LobFacts, SnapshotRead } from '../../core/ports/legacy-source';
import type { LegacyRow } from '../../core/mapping/wire';
import type { TableFacts } from '../dictionary/dictionary';
import type { OracleSession } from '../session/driver';
import type { KeyColumn } from '../sql/key-text';
import { isOracleError } from '../session/ora-errors';
import { keyOf } from '../reading/row-source';
import { encodeRowid } from '../sql/rowid';
import { queryRows, type Sessions } from '../session/sessions';
import { listExtents } from '../sql/dictionary-statements';
import { stepKey } from '../sql/read-statements';

/** Smallfile tablespaces number their blocks with 22 bits and files with 10. */
const MAX_BLOCK = 2 ** 22;
const MAX_FILE = 1023;

export interface PlanRequest {
  readonly read: SnapshotRead;
  readonly facts: TableFacts;
  /** Rows wanted per chunk. */
  readonly rows: number;
  readonly counts: { readonly matching: number; readonly total: number };
  readonly lobs: Pick<LobFacts, 'average'>;
}

/** Cuts by ROWID blocks where the table lies in one heap segment that may be seen, else by key, else not at all. */
export async function planChunks(sessions: Sessions, request: PlanRequest): Promise<ChunkPlan> {
  const { facts, counts, read } = request;
  const rowBytes = (facts.table.averageRowBytes ?? 0) + (request.lobs.average ?? 0);
  const pieces = pieceCount(counts.matching, boundedRows(request.rows, rowBytes, MAX_CHUNK_BYTES));
  if (pieces === 1) return SINGLE_CHUNK;
  return sessions.use(`cutting ${read.plan.entity} into chunks`, async (session) => {
    const byRowid = facts.dataObjectId === null ? null : await cutByRowid(session, facts, pieces);
    if (byRowid !== null) return byRowid;
    const key = keyOf(facts.table, read.plan);
    return key.length === 0 ? SINGLE_CHUNK : cutByKey(session, request, { key, pieces });
  });
}

async function cutByRowid(session: OracleSession, facts: TableFacts, pieces: number): Promise<ChunkPlan | null> {
  const ranges = await blockRanges(session, facts);
  if (ranges === null) return null;
  const object = facts.dataObjectId ?? 0;
  const cuts = cutBlocks(ranges, pieces).map(({ file, block }) => encodeRowid({ object, file, block, row: 0 }));
  return rowidChunks(cuts);
}

/** The blocks of a table; null where the extents are hidden or their addresses do not fit a ROWID of 10 and 22 bits. */
export async function blockRanges(session: OracleSession, facts: TableFacts): Promise<BlockRange[] | null> {
  const extents = await visibleExtents(session, facts);
  if (extents === null || extents.length === 0) return null;
  const ranges = extents.map(rangeOf);
  return ranges.some(({ block, blocks }) => block + blocks > MAX_BLOCK) ? null : ranges;
}

async function visibleExtents(session: OracleSession, facts: TableFacts): Promise<LegacyRow[] | null> {
  try {
    return await queryRows(session, listExtents(facts.table.name));
  } catch (error) {
    if (isOracleError(error, 'ORA-00942', 'ORA-01031')) return null;
    throw error;
  }
}

function rangeOf([file, block, blocks]: LegacyRow): BlockRange {
  const number = Number(file);
  // Bigfile tablespaces say file 1024, which a ROWID holds as 0.
  return { file: number > MAX_FILE ? 0 : number, block: Number(block), blocks: Number(blocks) };
}

/** Steps through the key's index, `total / pieces` rows at a time. */
async function cutByKey(
  session: OracleSession,
  { read, facts, counts }: PlanRequest,
  { key, pieces }: { readonly key: readonly KeyColumn[]; readonly pieces: number },
): Promise<ChunkPlan> {
  const step = Math.max(1, Math.ceil(counts.total / pieces));
  const source = { table: facts.table.name, scn: read.scn };
  const bounds: string[][] = [];
  for (let passed = step; passed < counts.total; passed += step) {
    const [row] = await queryRows(session, stepKey(source, key, { after: bounds.at(-1) ?? null, step }));
    if (row === undefined) break;
    bounds.push(row.map(String));
  }
  return keyChunks(bounds);
}
