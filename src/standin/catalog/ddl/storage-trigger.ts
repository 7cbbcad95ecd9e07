import type { OracleColumn } from '../../contract/translation';
import { identifier, literal, qualified } from '../../sql/values/quote';
import { isOneByte } from './catalog-row';

export interface TriggerTable {
  readonly owner: string;
  readonly name: string;
  readonly columns: readonly OracleColumn[];
  readonly characterSet: string;
}

function size(column: OracleColumn, characterSet: string): string {
  const value = `NEW.${identifier(column.name)}`;
  if (column.type === 'RAW') return `octet_length(${value})`;
  return column.charUsed === 'C' || isOneByte(characterSet) ? `length(${value})` : `"SYS".lengthb(${value})`;
}

function tooLarge(table: TriggerTable, column: OracleColumn, measured: string): string {
  const place = `${identifier(table.owner)}.${identifier(table.name)}.${identifier(column.name)}`;
  const message = `'value too large for column ${place.replaceAll("'", "''")} (actual: ' || ${measured} || ', maximum: ${column.length ?? 0})'`;
  return `IF ${measured} > ${column.length ?? 0} THEN PERFORM "SYS".fail(12899, ${message}); END IF;`;
}

/** CHAR is stored in full width; '' has become NULL before. */
function padding(column: OracleColumn, characterSet: string): string {
  const value = `NEW.${identifier(column.name)}`;
  const missing = `${column.length ?? 1} - ${size(column, characterSet)}`;
  return `IF ${size(column, characterSet)} < ${column.length ?? 1} THEN ${value} := ${value} || repeat(' ', ${missing}); END IF;`;
}

const NATIONAL = new Set(['NCHAR', 'NVARCHAR2', 'NCLOB']);
const TEXT = new Set(['CHAR', 'VARCHAR2', 'CLOB', 'LONG', ...NATIONAL]);

function checks(table: TriggerTable, column: OracleColumn): readonly string[] {
  const value = `NEW.${identifier(column.name)}`;
  const lines: string[] = [];
  if (TEXT.has(column.type)) lines.push(`IF ${value} = '' THEN ${value} := NULL; END IF;`);
  if (TEXT.has(column.type) && !NATIONAL.has(column.type) && isOneByte(table.characterSet))
    lines.push(`${value} := "SYS".fit_charset(${value});`);
  if (column.length !== undefined && (TEXT.has(column.type) || column.type === 'RAW'))
    lines.push(tooLarge(table, column, size(column, table.characterSet)));
  if (column.type === 'CHAR' || column.type === 'NCHAR') lines.push(padding(column, table.characterSet));
  return lines;
}

function functionName(table: TriggerTable): string {
  return `"SYS".${identifier(`store ${table.owner}.${table.name}`)}`;
}

/** The trigger that keeps a table's values as Oracle would store them: '' NULL, CHAR padded, ORA-12899. Seeding goes round it. Runs on PostgreSQL 13, too. */
export function storageTrigger(table: TriggerTable): string {
  const body = `BEGIN\n${table.columns.flatMap((column) => checks(table, column)).join('\n')}\nRETURN NEW;\nEND`;
  return `CREATE OR REPLACE FUNCTION ${functionName(table)}() RETURNS trigger LANGUAGE plpgsql AS ${literal(body)};
DROP TRIGGER IF EXISTS "standin_store" ON ${qualified(table.owner, table.name)};
CREATE TRIGGER "standin_store" BEFORE INSERT OR UPDATE ON ${qualified(table.owner, table.name)} FOR EACH ROW EXECUTE FUNCTION ${functionName(table)}();`;
}

/** Removes the function of a dropped table. */
export function dropStorageTrigger(owner: string, name: string): string {
  return `DROP FUNCTION IF EXISTS "SYS".${identifier(`store ${owner}.${name}`)}();`;
}
