import type oracledb from 'oracledb';
import { bytesInCell, type LobClass, type LobTally } from '../../core/run/lob-speed';
import { LargeBuilder, unreadValue } from '../../core/rows/large-value';
import type { LegacyRow, LegacyValue } from '../../core/mapping/wire';
import type { ChunkRead } from '../../core/ports/legacy-source';
import { refuseRow, type Refusal } from '../../core/rows/refused-rows';
import { MOST_BYTES_PER_UNIT, VALUE_LIMITS } from '../../core/rows/value-limits';
import type { OracleSession } from '../session/driver';
import { timed } from './lob-meter';
import { isWhole, lobCut, type LobPlaces } from './whole-lobs';

/** A LOB column of a read: where it is in a row, and where its length. */
export interface LobColumn extends LobPlaces {
  /** Nothing but a copy reads its values. */
  readonly copied: boolean;
  readonly class: LobClass;
}

export interface LobReading {
  readonly read: Pick<ChunkRead, 'spill' | 'lobs'>;
  /** Waits for a piece. */
  readonly answer: OracleSession['answer'];
  readonly lobs: readonly LobColumn[];
  /** Of the row, without the lengths behind its columns. */
  readonly width: number;
}

/** A row as the driver gives it, its LOBs by locator. */
export type LocatedRow = readonly (LegacyValue | oracledb.Lob)[];

/** Reads the LOBs of a row by their locators, one after the other; what may not be read makes the row one that is refused. */
export async function readLobs(row: LocatedRow, { read, lobs, width, answer }: LobReading): Promise<LegacyRow> {
  const values = row.slice(0, width) as LegacyValue[];
  let refusal: Refusal | null = null;
  for (const lob of lobs) {
    const length = row[lob.lengthAt] ?? null;
    if (length === null) continue;
    const found = await valueOf(row[lob.index], { lob, counted: Number(length) }, { ...read, answer });
    values[lob.index] = found.value;
    if (found.reason !== null) refusal ??= { column: lob.name, reason: found.reason };
  }
  if (refusal !== null) refuseRow(values, refusal);
  return values;
}

/** The wire may show an empty LOB as NULL; it has a length all the same. */
function emptyOf({ kind }: LobColumn): LegacyValue {
  return kind === 'text' ? '' : Buffer.alloc(0);
}

function isLocator(cell: LocatedRow[number] | undefined): cell is oracledb.Lob {
  return typeof cell === 'object' && cell !== null && !Buffer.isBuffer(cell);
}

interface Sized {
  readonly lob: LobColumn;
  /** Units of UTF-16, or bytes. */
  readonly length: number;
  /** The same, or characters, as the database counts them. */
  readonly counted: number;
  readonly lobs: LobTally | undefined;
  readonly answer: LobReading['answer'];
}

interface Found {
  readonly value: LegacyValue;
  /** Why the row is refused; null where it is not. */
  readonly reason: string | null;
}

async function valueOf(
  cell: LocatedRow[number] | undefined,
  { lob, counted }: { readonly lob: LobColumn; readonly counted: number },
  { spill, lobs, answer }: LobReading['read'] & Pick<LobReading, 'answer'>,
): Promise<Found> {
  if (!isLocator(cell)) return taken(emptyOf(lob));
  // A locator knows how many units can be read of it; GETLENGTH may count characters.
  const sized = { lob, counted, length: cell.length, lobs, answer };
  const { length } = sized;
  if (length > mostOf(lob)) return refused(sized);
  if (isLarge(sized)) return largeOf(cell, sized, spill);
  const value = await wholeOf(cell, sized);
  if (!isWhole(value, sized.counted)) throw lobCut(lob.name);
  return typeof value === 'string' && Buffer.byteLength(value) > mostOf(lob) ? refused(sized) : taken(value);
}

function mostOf({ copied }: LobColumn): number {
  return copied ? VALUE_LIMITS.stored : VALUE_LIMITS.read;
}

/** Whether it may have so many bytes that it must not lie in memory; one that a conversion reads has to. */
function isLarge({ lob, length }: Sized): boolean {
  return lob.copied && length * (lob.kind === 'text' ? MOST_BYTES_PER_UNIT : 1) > VALUE_LIMITS.large;
}

async function largeOf(locator: oracledb.Lob, sized: Sized, spill: LobReading['read']['spill']): Promise<Found> {
  const large = new LargeBuilder(sized.lob.kind, spill ?? null);
  for await (const piece of piecesOf(locator, sized)) {
    large.add(piece);
    // Characters may have more bytes than the database counts.
    if (large.size > mostOf(sized.lob)) return refused(sized);
  }
  const value = large.end();
  if (![value.facts.length, value.facts.characters].includes(sized.counted)) throw lobCut(sized.lob.name);
  return taken(value.asCell());
}

function taken(value: LegacyValue): Found {
  return { value, reason: null };
}

function refused({ lob, length }: Sized): Found {
  const { name, copied, kind } = lob;
  const reason = (copied ? notStorable : notReadable)(name, mostOf(lob));
  return { value: unreadValue(kind, length).asCell(), reason };
}

async function wholeOf(locator: oracledb.Lob, sized: Sized): Promise<string | Buffer> {
  if (sized.lob.kind === 'text') {
    let text = '';
    for await (const piece of piecesOf(locator, sized)) text += String(piece);
    return text;
  }
  const bytes = Buffer.allocUnsafeSlow(sized.length);
  let at = 0;
  for await (const piece of piecesOf(locator, sized)) at += (piece as Buffer).copy(bytes, at);
  return bytes;
}

/** Throws SOURCE_READ_FAILED where a value is shorter than its length. */
async function* piecesOf(locator: oracledb.Lob, { lob, length, lobs, answer }: Sized): AsyncGenerator<string | Buffer> {
  let read = 0;
  while (read < length) {
    const size = Math.min(VALUE_LIMITS.piece, length - read);
    const { value, seconds } = await timed(answer(`fetch of ${lob.name}`, locator.getData(read + 1, size)));
    const piece = value as string | Buffer | null;
    if (piece === null || piece.length === 0) throw lobCut(lob.name);
    lobs?.add({ class: lob.class, bytes: bytesInCell(piece), seconds });
    yield piece;
    read += piece.length;
  }
}

function notStorable(column: string, most: number): string {
  return `${column} has more than ${most} bytes, the most that PostgreSQL can hold`;
}

function notReadable(column: string, most: number): string {
  return `${column} has more than ${most} bytes, the most of a value that a conversion or a rule reads`;
}
