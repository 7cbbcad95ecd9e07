import oracledb from 'oracledb';
import type { SourceColumn } from '../../core/ports/legacy-source';
import { plainType } from './column-text';
import { isDate, isHex, isNumber, isTimestamp } from './key-values';
import { MOMENT_FORMATS } from './session-statements';
import { quoteName, type Bind } from './statement';

/** A key column in SQL: how its value leaves as text, and how the text comes back without losing a digit or the index. */
export interface KeyColumn {
  readonly name: string;
  /** Quoted column. */
  readonly column: string;
  /** Rows with a null in it belong to the first chunk. */
  readonly nullable: boolean;
  /** Its value as exact text. */
  readonly text: string;
  /** The placeholder, converted to the column's type. */
  readonly bound: (placeholder: string) => string;
  readonly bind: (value: string) => Bind;
  /** Whether a text is a value of the column's type at all: any other would end the statement. */
  readonly holds: (value: string) => boolean;
}

type KeyType = Pick<KeyColumn, 'bound' | 'bind' | 'holds'> & { readonly text: (column: string) => string };

const plain: KeyType = {
  text: (column) => column,
  bound: (placeholder) => placeholder,
  bind: (value) => value,
  holds: () => true,
};
const moment = (convert: string, format: string, holds: KeyType['holds']): KeyType => ({
  text: (column) => `TO_CHAR(${column}, '${format}')`,
  bound: (placeholder) => `${convert}(${placeholder}, '${format}')`,
  bind: (value) => value,
  holds,
});
const number: KeyType = { ...plain, bound: (placeholder) => `TO_NUMBER(${placeholder})`, holds: isNumber };
// Without the national type the comparison would convert the column and lose its index.
const national: KeyType = { ...plain, bind: (value) => ({ val: value, type: oracledb.DB_TYPE_NVARCHAR }) };

const KEY_TYPES: Readonly<Record<string, KeyType>> = {
  VARCHAR2: plain,
  CHAR: plain,
  NVARCHAR2: national,
  NCHAR: national,
  NUMBER: number,
  FLOAT: number,
  DATE: moment('TO_DATE', MOMENT_FORMATS.date, isDate),
  TIMESTAMP: moment('TO_TIMESTAMP', MOMENT_FORMATS.timestamp, isTimestamp),
  RAW: {
    text: (column) => `RAWTOHEX(${column})`,
    bound: (placeholder) => `HEXTORAW(${placeholder})`,
    bind: (value) => value,
    holds: isHex,
  },
};

/** Null where the column cannot cut a table, for its type has no exact order and text. */
export function keyColumn(column: SourceColumn): KeyColumn | null {
  const type = plainType(column.dataType);
  const facts = Object.hasOwn(KEY_TYPES, type) ? KEY_TYPES[type] : undefined;
  if (facts === undefined) return null;
  const quoted = quoteName(column.name);
  return {
    name: column.name,
    column: quoted,
    nullable: column.nullable,
    text: facts.text(quoted),
    bound: facts.bound,
    bind: facts.bind,
    holds: facts.holds,
  };
}

/** Against a bound text Oracle compares the blanks of a CHAR, too. */
export function padded(value: string, column: SourceColumn | undefined): string {
  const isChar = column?.dataType === 'CHAR' || column?.dataType === 'NCHAR';
  return isChar ? value.padEnd(column.length ?? 0) : value;
}
