import type { KeyColumn } from './key-text';
import { statement, tableAt, type Bind, type ResolvedName, type Statement } from './statement';

/** Keys, and how each of their columns is compared. */
export interface KeyList {
  readonly columns: readonly KeyColumn[];
  readonly keys: readonly (readonly string[])[];
}

/** The same with what each column is read by. */
export interface LookupList {
  readonly columns: readonly (KeyColumn & { readonly read: string })[];
  readonly keys: KeyList['keys'];
}

/** Lists are filled up to one of these lengths, so that few texts of statements are parsed. */
const LENGTHS = [1, 10, 50, 200, 1_000];

/** The rows that have one of the keys: the key's columns (`read` words them), then `value`. At most 1,000 keys, Oracle's limit of a list. */
export function rowsWithKeys(
  { table, scn }: { readonly table: ResolvedName; readonly scn: string | null },
  { columns, keys }: LookupList,
  value: string,
): Statement {
  const list = { columns, keys: filledUp(keys) };
  const items = [...columns.map(({ read }) => read), value].join(', ');
  return statement(`SELECT ${items} FROM ${tableAt(table, scn)} WHERE ${keyListCondition(list)}`, keyListBinds(list));
}

/** The list with its last member repeated, up to one of few lengths. */
export function filledUp<T>(list: readonly T[]): readonly T[] {
  const length = LENGTHS.find((candidate) => candidate >= list.length) ?? list.length;
  return [...list, ...list.slice(-1).flatMap((last) => Array.from({ length: length - list.length }, () => last))];
}

/** SQL: the row has one of the keys; `keyListBinds` has the values. */
export function keyListCondition({ columns, keys }: KeyList): string {
  return columns.length === 1 ? listed(columns, keys.length) : alternatives(columns, keys.length);
}

export function keyListBinds({ columns, keys }: KeyList): Readonly<Record<string, Bind>> {
  return Object.fromEntries(
    keys.flatMap((key, row) => columns.map((column, at) => [nameOf(row, at), column.bind(key[at] ?? '')] as const)),
  );
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
