import { identifier, literal } from '../../sql/values/quote';
import { charset } from '../dictionary/charset';

type Value = string | number | boolean | null | undefined;

function value(of: Value): string {
  if (of === null || of === undefined) return 'NULL';
  return typeof of === 'string' ? (of === '' ? `''` : literal(of)) : String(of);
}

/** `INSERT` of one row into a table of the catalogue. */
export function catalogRow(table: string, row: Readonly<Record<string, Value>>): string {
  const names = Object.keys(row).map(identifier);
  return `INSERT INTO "SYS".${table} (${names.join(', ')}) VALUES (${Object.values(row).map(value).join(', ')});`;
}

/** `CALL` of one of the catalogue's procedures for an object. */
export function catalogCall(
  procedure: 'touch' | 'forget_table' | 'forget_constraint' | 'forget_index',
  owner: string,
  name: string,
): string {
  return `CALL "SYS".${procedure}(${literal(owner)}, ${literal(name)});`;
}

/** True where a byte is a character. */
export function isOneByte(characterSet: string): boolean {
  return !charset(characterSet).multiByte;
}
