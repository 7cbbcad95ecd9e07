import { cutBlocks, type BlockAddress, type BlockRange } from '../../core/rows/chunks';
import type { ChunkBounds, SnapshotRead } from '../../core/ports/legacy-source';
import { blockRanges } from './chunk-planner';
import type { TableFacts } from '../dictionary/dictionary';
import type { KeyColumn } from '../sql/key-text';
import { keyOf } from '../reading/row-source';
import { decodeRowid, encodeRowid } from '../sql/rowid';
import { queryRows, type Sessions } from '../session/sessions';
import { countKeys, middleKey } from '../sql/read-statements';

type Halves = readonly [ChunkBounds, ChunkBounds];

/** Two chunks that together are the one given; null where it cannot be cut any more. */
export async function halveChunk(
  sessions: Sessions,
  facts: TableFacts,
  { read, chunk }: { readonly read: SnapshotRead; readonly chunk: ChunkBounds },
): Promise<Halves | null> {
  if (chunk.kind === 'key') return halveByKey(sessions, facts, { read, chunk });
  if (facts.dataObjectId !== null) {
    const whole = { kind: 'rowid', from: null, before: null } as const;
    const halves = await halveByRowid(sessions, facts, chunk.kind === 'rowid' ? chunk : whole);
    if (halves !== null || chunk.kind === 'rowid') return halves;
  }
  return halveByKey(sessions, facts, { read, chunk: { kind: 'key', after: null, upTo: null } });
}

async function halveByRowid(
  sessions: Sessions,
  facts: TableFacts,
  { from, before }: Extract<ChunkBounds, { kind: 'rowid' }>,
): Promise<Halves | null> {
  const doing = `cutting ${facts.table.name.name} smaller`;
  const ranges = await sessions.use(doing, (session) => blockRanges(session, facts));
  const window = { low: addressOf(from), high: addressOf(before) };
  const [cut] = cutBlocks(
    (ranges ?? []).flatMap((range) => within(range, window) ?? []),
    2,
  );
  if (cut === undefined) return null;
  const middle = encodeRowid({ object: facts.dataObjectId ?? 0, file: cut.file, block: cut.block, row: 0 });
  return [
    { kind: 'rowid', from, before: middle },
    { kind: 'rowid', from: middle, before },
  ];
}

interface Window {
  readonly low: BlockAddress | null;
  readonly high: BlockAddress | null;
}

/** Null for an open end. */
function addressOf(rowid: string | null): BlockAddress | null {
  return rowid === null ? null : decodeRowid(rowid);
}

/** The part of a range of blocks that a chunk covers; null where it covers none. */
function within({ file, block, blocks }: BlockRange, { low, high }: Window): BlockRange | null {
  const isOutside = (low !== null && file < low.file) || (high !== null && file > high.file);
  if (isOutside) return null;
  const first = low?.file === file ? Math.max(block, low.block) : block;
  const end = high?.file === file ? Math.min(block + blocks, high.block) : block + blocks;
  return end > first ? { file, block: first, blocks: end - first } : null;
}

async function halveByKey(
  sessions: Sessions,
  facts: TableFacts,
  { read, chunk }: { readonly read: SnapshotRead; readonly chunk: Extract<ChunkBounds, { kind: 'key' }> },
): Promise<Halves | null> {
  const key: readonly KeyColumn[] = keyOf(facts.table, read.plan);
  if (key.length === 0) return null;
  const at = { table: facts.table.name, scn: read.scn, key, bounds: chunk };
  const middle = await sessions.use(`cutting ${read.plan.entity} smaller`, async (session) => {
    const [counted] = await queryRows(session, countKeys(at));
    const step = Math.floor(Number(counted?.[0]) / 2);
    const [row] = step === 0 ? [] : await queryRows(session, middleKey(at, step));
    return row?.map(String) ?? null;
  });
  if (middle === null) return null;
  return [
    { kind: 'key', after: chunk.after, upTo: middle },
    { kind: 'key', after: middle, upTo: chunk.upTo },
  ];
}
