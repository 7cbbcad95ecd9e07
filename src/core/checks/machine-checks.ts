import { counted } from '../counted';
import type { Issue } from '../issues';
import type { SourceTable } from '../ports/legacy-source';
import { boundedRows, MAX_CHUNK_BYTES, pieceCount } from '../rows/chunks';
import { VALUE_LIMITS } from '../rows/value-limits';
import { lobClass } from '../run/lob-speed';
import type { LoadOptions } from '../run/options';

/** What this process may take of its machine. */
export interface Machine {
  /** Bytes that the heap of each thread may have, its young generation included. */
  readonly heapLimit: number;
  /** Null: without a limit, or unknown. */
  readonly files: { readonly open: number; readonly limit: number } | null;
}

/** How a run would load. */
export interface PlannedLoad extends Pick<LoadOptions, 'lanes' | 'batchSize'> {
  /** `own`: each lane after the first has a thread, and with it a heap, of its own. */
  readonly heaps: 'own' | 'shared';
  /** `kept`: chunks are cut already, so that another --batch-size has no effect. */
  readonly chunks: 'to be cut' | 'kept';
}

/** A mapping, with the table that it reads. */
export interface ReadTable {
  readonly entity: string;
  /** Columns that it reads. */
  readonly columns: readonly string[];
  readonly table: Pick<SourceTable, 'estimatedRows' | 'averageRowBytes' | 'columns'>;
}

const MEBIBYTE = 1_048_576;

/** Measured, see "What a lane takes" in docs/DECISIONS.md. A row as it was read and as it will be written: arrays and texts of both. */
const ROW_BYTES = 520;
const CELL_BYTES = 95;
/** That much of a text is in the measure of a cell. */
const TEXT_IN_CELL = 16;
const HELD_PER_TEXT_BYTE = 2.3;
/** A chunk is held while half of the next one is read. */
const CHUNKS_HELD = 1.5;
/** Drivers, TypeORM, mappings. */
const PROCESS_BYTES = 57 * MEBIBYTE;

/** Below this share of the need every measured load died, from the second on none did: chunks are not quite equal, and statistics not quite right. */
const DIES_BELOW = 0.8;
const SAFE_FROM = 1.25;

/** Where the heap is too small for the widest chunk: an error where that is sure, a warning where it may be. */
export function heapIssues({ heapLimit }: Machine, tables: readonly ReadTable[], load: PlannedLoad): Issue[] {
  const needs = tables.map((read) => ({ read, ...heapNeed(read, load) }));
  const [worst] = needs.sort((a, b) => b.atMost - a.atMost);
  if (worst === undefined || heapLimit >= worst.atMost * SAFE_FROM) return [];
  const isSure = worst.read.table.estimatedRows !== null && heapLimit < worst.bytes * DIES_BELOW;
  const { entity } = worst.read;
  const [need, has] = [mebibytes(worst.atMost), mebibytes(heapLimit)];
  const shared = load.heaps === 'shared' && load.lanes > 1 ? ` in ${load.lanes} lanes that share one heap` : '';
  return [
    {
      code: 'MACHINE_LIMIT',
      level: isSure ? 'error' : 'warning',
      subject: entity,
      message: `chunks of ${counted(worst.rows, 'row')}${shared} take about ${need} MiB of heap, and Node.js may use ${has} MiB`,
      hint: moreHeap(worst.atMost, load),
    },
  ];
}

interface HeapNeed {
  /** Rows of a chunk. */
  readonly rows: number;
  /** Of heap, in a thread that loads them. */
  readonly bytes: number;
  /** The same with as many long values as a chunk keeps in memory. */
  readonly atMost: number;
}

/** What a thread that loads this table needs. */
export function heapNeed(
  { columns, table }: Omit<ReadTable, 'entity'>,
  { lanes, batchSize, heaps }: PlannedLoad,
): HeapNeed {
  const { estimatedRows, averageRowBytes } = table;
  const most = boundedRows(batchSize, averageRowBytes, MAX_CHUNK_BYTES);
  const rows = estimatedRows === null ? most : Math.ceil(estimatedRows / pieceCount(estimatedRows, most));
  const text = Math.max(0, (averageRowBytes ?? 0) - TEXT_IN_CELL * columns.length);
  const perRow = ROW_BYTES + CELL_BYTES * (1 + columns.length) + HELD_PER_TEXT_BYTE * text;
  const hasLobs = table.columns.some(({ name, dataType }) => lobClass(dataType) !== null && columns.includes(name));
  const held = CHUNKS_HELD * (heaps === 'shared' ? lanes : 1);
  const bytes = PROCESS_BYTES + held * rows * perRow;
  return { rows, bytes, atMost: bytes + (hasLobs ? held * VALUE_LIMITS.held : 0) };
}

/** The option in the unit that it takes, with room to spare. */
function moreHeap(bytes: number, { lanes, heaps, chunks }: PlannedLoad): string {
  const option = `NODE_OPTIONS=--max-old-space-size=${Math.ceil((bytes * SAFE_FROM) / MEBIBYTE / 128) * 128}`;
  const others = [
    ...(chunks === 'kept' ? [] : ['choose a smaller --batch-size']),
    ...(heaps === 'shared' && lanes > 1 ? ['use fewer --lanes'] : []),
  ];
  const each = heaps === 'own' && lanes > 1 ? `; each of the ${lanes} lanes may take that much` : '';
  return [`Set ${option} in the environment${each}`, ...others].join(', or ') + '.';
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / MEBIBYTE);
}

/** Measured: sockets of three sessions, what a thread opens, two spill files. */
const FILES_PER_LANE = 10;
/** Log, checkpoint, report; a session that takes the place of a lost one while that is being closed. */
const FILES_BESIDE = 4;

/** Where the files and sockets that may be opened yet are fewer than the lanes need. The first lane's sessions are open when this is asked. */
export function fileIssues({ files }: Machine, { lanes }: Pick<PlannedLoad, 'lanes'>): Issue[] {
  if (files === null) return [];
  const need = files.open + FILES_PER_LANE * lanes + FILES_BESIDE;
  if (files.limit >= need) return [];
  const fewer = lanes > 1 ? ', or use fewer --lanes' : '';
  return [
    {
      code: 'MACHINE_LIMIT',
      level: 'error',
      subject: 'machine',
      message: `${counted(lanes, 'lane')} may need ${need} open files and sockets, and this process may have ${files.limit}`,
      hint: `Raise the limit in the shell that starts cutover (\`ulimit -n 4096\`)${fewer}.`,
    },
  ];
}
