import type { ChunkBounds, RowList } from '../../core/ports/legacy-source';
import type { KeyColumn } from './key-text';
import { filledUp, keyListBinds, keyListCondition } from './lookup-statements';
import type { Bind } from './statement';

/** Conditions that hold for the rows of one chunk, with their binds. */
export interface BoundConditions {
  readonly conditions: readonly string[];
  readonly binds: Readonly<Record<string, Bind>>;
}

/** Conditions of a chunk or list; `key` are the columns that the values of a key chunk or of listed keys belong to. */
export function boundConditions(bounds: ChunkBounds | RowList, key: readonly KeyColumn[]): BoundConditions {
  switch (bounds.kind) {
    case 'all':
      return { conditions: [], binds: {} };
    case 'rowid':
      return rowidConditions(bounds.from, bounds.before);
    case 'key':
      return keyConditions(bounds, key);
    case 'rowids':
      return listedRowids(bounds.rowids);
    case 'keys':
      return listedKeys(bounds.keys, key);
  }
}

function listedRowids(rowids: readonly string[]): BoundConditions {
  const filled = filledUp(rowids);
  const places = filled.map((_, row) => `CHARTOROWID(:r${row})`);
  return {
    conditions: [`ROWID IN (${places.join(', ')})`],
    binds: Object.fromEntries(filled.map((rowid, row) => [`r${row}`, rowid])),
  };
}

function listedKeys(keys: readonly (readonly string[])[], key: readonly KeyColumn[]): BoundConditions {
  if (keys.length === 0) return { conditions: ['1 = 0'], binds: {} };
  const list = { columns: key, keys: filledUp(keys) };
  return { conditions: [`(${keyListCondition(list)})`], binds: keyListBinds(list) };
}

function rowidConditions(from: string | null, before: string | null): BoundConditions {
  const low = from === null ? [] : ['ROWID >= CHARTOROWID(:row_from)'];
  const high = before === null ? [] : ['ROWID < CHARTOROWID(:row_before)'];
  return {
    conditions: [...low, ...high],
    binds: { ...(from === null ? {} : { row_from: from }), ...(before === null ? {} : { row_before: before }) },
  };
}

function keyConditions(bounds: Extract<ChunkBounds, { kind: 'key' }>, key: readonly KeyColumn[]): BoundConditions {
  const low = bounds.after === null ? [] : [keyset(key, 'after', '>')];
  const high = bounds.upTo === null ? [] : [keyset(key, 'upto', '<=')];
  return {
    conditions: bounds.after === null ? withNulls(key, high) : [...low, ...high, ...withoutNulls(key)],
    binds: { ...keyBinds(key, 'after', bounds.after), ...keyBinds(key, 'upto', bounds.upTo) },
  };
}

/** Nulls have no place in an order: rows with one in their key come with the first chunk, and with no other. */
export function withoutNulls(key: readonly KeyColumn[]): string[] {
  return key.filter(({ nullable }) => nullable).map(({ column }) => `${column} IS NOT NULL`);
}

function withNulls(key: readonly KeyColumn[], conditions: readonly string[]): readonly string[] {
  const nulls = key.filter(({ nullable }) => nullable).map(({ column }) => `${column} IS NULL`);
  if (nulls.length === 0 || conditions.length === 0) return conditions;
  return [`(${[...conditions, ...nulls].join(' OR ')})`];
}

/**
 * Compares the key with bound values column by column: Oracle has no `(a, b) > (x, y)`. The last column takes `operator` itself,
 * the ones before it are strict, so that equal prefixes go on to the next column.
 */
export function keyset(key: readonly KeyColumn[], prefix: string, operator: '>' | '<='): string {
  const strict = operator === '>' ? '>' : '<';
  const bound = (index: number): string => (key[index]?.bound ?? String)(`:${prefix}${index}`);
  const alternatives = key.map((column, index) => {
    const equal = key.slice(0, index).map((before, at) => `${before.column} = ${bound(at)}`);
    const last = index === key.length - 1 ? operator : strict;
    return [...equal, `${column.column} ${last} ${bound(index)}`].join(' AND ');
  });
  return alternatives.length === 1
    ? alternatives.join('')
    : `(${alternatives.map((text) => `(${text})`).join(' OR ')})`;
}

/** Binds for `keyset`: `after0`, `after1`, … */
export function keyBinds(
  key: readonly KeyColumn[],
  prefix: string,
  values: readonly string[] | null,
): Readonly<Record<string, Bind>> {
  if (values === null) return {};
  return Object.fromEntries(key.map((column, index) => [`${prefix}${index}`, column.bind(values[index] ?? '')]));
}
