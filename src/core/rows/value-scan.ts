import type { ValueOddity } from '../mapping/conversion-traits';
import type { LegacyRow } from '../mapping/wire';
import type { ReadColumn, ReadPlan, SourceTable } from '../ports/legacy-source';
import type { RowSample } from '../run/readiness';
import { rowNaming } from './row-rejects';
import { SAMPLES } from '../run/sample-size';

/** Values of one source column that are odd in one way. */
export interface ValueCount {
  readonly column: string;
  /** As the mapping reads it. */
  readonly as: ReadColumn['as'];
  readonly oddity: ValueOddity;
  readonly count: number;
  /** The first few. */
  readonly samples: readonly RowSample[];
}

/** Looks at the rows of one read and counts; its memory does not grow with the rows. */
interface ValueScan {
  /** The rows as the plan of the mapping asks for them. */
  look(rows: readonly LegacyRow[]): readonly LegacyRow[];
  counts(): readonly ValueCount[];
}

/** A scan of the values of one table, compiled. */
export interface ValueScanner {
  /** How the rows have to be read: at the positions of the mapping's plan, but here and there as bytes where it wants text. */
  readonly plan: ReadPlan;
  readonly start: () => ValueScan;
}

const SEVEN_BIT = 'US7ASCII';
/** Types whose values are characters; their precision and length dropped. */
const CHARACTERS = /^(N?CHAR|N?VARCHAR2|N?CLOB|LONG)$/;
/** Those whose bytes a plain query can have. */
const WITH_BYTES = /^(CHAR|VARCHAR2)$/;

/** A character column, and its place in the rows. */
interface Watched {
  readonly column: ReadColumn;
  readonly index: number;
  /** Read as bytes though the mapping wants text. */
  readonly recoded: boolean;
}

/**
 * Compiles the look at the rows of a mapping. In a database that declares seven bits, character columns are read as bytes in place of
 * text, since their text does not show what was lost; seven-bit bytes are their own text, any other is shown as U+FFFD.
 */
export function compileValueScan(plan: ReadPlan, table: SourceTable, characterSet: string): ValueScanner {
  const sevenBit = characterSet === SEVEN_BIT;
  const watched = plan.columns.flatMap((column, index): Watched[] => {
    const type = typeOf(table, column.name);
    const recoded = sevenBit && column.as === 'text' && WITH_BYTES.test(type);
    return CHARACTERS.test(type) ? [{ column, index: index + 1, recoded }] : [];
  });
  const recoded = new Set(watched.flatMap((one) => (one.recoded ? [one.index] : [])));
  const { keyOf } = rowNaming(plan);
  return {
    plan: {
      ...plan,
      columns: plan.columns.map(({ name, as }, index) => ({ name, as: recoded.has(index + 1) ? 'bytes' : as })),
    },
    start: () => {
      const counts = new OddityCounts(keyOf);
      return {
        look: (rows) => {
          const shown = recoded.size === 0 ? rows : rows.map((row) => recodedRow(row, recoded));
          for (const [index, row] of rows.entries()) {
            const named = shown[index] ?? row;
            for (const { column, index: at } of watched) {
              const value = row[at] ?? null;
              if (value === null) continue;
              const found = (kind: ValueOddity): void => {
                counts.add(column, kind, named);
              };
              if (typeof value !== 'string') lookAtBytes(value, sevenBit, found);
              else if (ODD.test(value)) lookAtText(value, found);
            }
          }
          return shown;
        },
        counts: () => counts.all(),
      };
    },
  };
}

const HIGH = /[\u0080-\u00ff]/;
const EACH_HIGH = /[\u0080-\u00ff]/g;

function recodedRow(row: LegacyRow, indexes: Iterable<number>): LegacyRow {
  const shown = [...row];
  for (const index of indexes) {
    const value = shown[index];
    if (!Buffer.isBuffer(value)) continue;
    const text = value.toString('latin1');
    shown[index] = HIGH.test(text) ? text.replace(EACH_HIGH, '\ufffd') : text;
  }
  return shown;
}

/** Adds the counts of a chunk to those before it. */
export function mergeValueCounts(before: readonly ValueCount[], more: readonly ValueCount[]): readonly ValueCount[] {
  const merged = new Map(before.map((count) => [nameOf(count), count]));
  for (const count of more) {
    const known = merged.get(nameOf(count));
    const samples = [...(known?.samples ?? []), ...count.samples].slice(0, SAMPLES);
    merged.set(nameOf(count), { ...count, count: (known?.count ?? 0) + count.count, samples });
  }
  return [...merged.values()];
}

const ODD = /[\0\u0080-\u009f\ufffd]/;
const C1_CONTROL = /[\u0080-\u009f]/;

function lookAtText(value: string, found: (kind: ValueOddity) => void): void {
  if (value.includes('\0')) found('nul');
  if (value.includes('\ufffd')) found('replacement');
  if (C1_CONTROL.test(value)) found('control');
}

function lookAtBytes(value: Buffer, sevenBit: boolean, found: (kind: ValueOddity) => void): void {
  let hasNul = false;
  let isHigh = false;
  for (const byte of value) {
    if (byte === 0) hasNul = true;
    else if (byte > 0x7f) isHigh = true;
  }
  if (hasNul) found('nul');
  if (isHigh && sevenBit) found('high-byte');
}

/** Mutable while a chunk is read. */
class OddityCounts {
  readonly #counts = new Map<string, { -readonly [K in keyof ValueCount]: ValueCount[K] } & { samples: RowSample[] }>();

  constructor(readonly keyOf: (row: LegacyRow) => string) {}

  add({ name, as }: ReadColumn, oddity: ValueOddity, row: LegacyRow): void {
    const id = nameOf({ column: name, as, oddity });
    let entry = this.#counts.get(id);
    if (entry === undefined) this.#counts.set(id, (entry = { column: name, as, oddity, count: 0, samples: [] }));
    entry.count += 1;
    if (entry.samples.length >= SAMPLES) return;
    entry.samples.push({ key: this.keyOf(row), rowid: typeof row[0] === 'string' ? row[0] : null });
  }

  all(): readonly ValueCount[] {
    return [...this.#counts.values()];
  }
}

function nameOf({ column, as, oddity }: Pick<ValueCount, 'column' | 'as' | 'oddity'>): string {
  return `${column}\0${as}\0${oddity}`;
}

function typeOf(table: SourceTable, name: string): string {
  const found = table.columns.find((column) => column.name === name || column.name === name.toUpperCase());
  return found?.dataType.replace(/\(\d+\)/g, '') ?? '';
}
