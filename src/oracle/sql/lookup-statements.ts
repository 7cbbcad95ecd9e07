import type { KeyColumn } from '../key-text';
import { statement, tableAt, type ResolvedName, type Statement } from './statement';

/** Keys, and how each of their columns is compared and read. */
export interface KeyList {
  readonly columns: readonly (KeyColumn & { readonly read: string })[];
  readonly keys: readonly (readonly string[])[];
}

/** Lists are filled up to one of these lengths, so that few texts of statements are parsed. */
const LENGTHS = [1, 10, 50, 200, 1_000];

/** The rows that have one of the keys: the key's columns, then `value`. At most 1,000 keys, Oracle's limit of a list. */
export function rowsWithKeys(
  { table, scn }: { readonly table: ResolvedName; readonly scn: string | null },
  { columns, keys }: KeyList,
  value: string,
): Statement {
  const filled = filledUp(keys);
  const binds = filled.flatMap((key, row) =>
    columns.map((column, at) => [nameOf(row, at), column.bind(key[at] ?? '')] as const),
  );
  const items = [...columns.map(({ read }) => read), value].join(', ');
  const condition = columns.length === 1 ? listed(columns, filled.length) : alternatives(columns, filled.length);
  return statement(`SELECT ${items} FROM ${tableAt(table, scn)} WHERE ${condition}`, Object.fromEntries(binds));
}

function filledUp(keys: KeyList['keys']): KeyList['keys'] {
  const length = LENGTHS.find((candidate) => candidate >= keys.length) ?? keys.length;
  const last = keys.at(-1) ?? [];
  return [...keys, ...Array.from({ length: length - keys.length }, () => last)];
}

function nameOf(row: number, column: number): string {
  return `k${row}_${column}`;
}

function listed([column]: KeyList['columns'], length: number): string {
  const places = Array.from({ length }, (_, row) => column?.bound(`:${nameOf(row, 0)}`));
  return `${column?.column ?? ''} IN (${places.join(', ')})`;
}

function alternatives(columns: KeyList['columns'], length: number): string {
  const one = (row: number): string =>
    columns.map(({ column, bound }, at) => `${column} = ${bound(`:${nameOf(row, at)}`)}`).join(' AND ');
  return Array.from({ length }, (_, row) => `(${one(row)})`).join(' OR ');
}
