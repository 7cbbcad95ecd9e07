import { MigrationError } from '../../core/errors';
import type { ReadColumn, SourceColumn } from '../../core/ports/legacy-source';
import { MOMENT_FORMATS } from './session-statements';
import { quoteName } from './statement';

/** How one column is selected so that its value arrives as exact text or as bytes. */
export interface ColumnReader {
  /** The select-list expression. */
  readonly sql: string;
  /** LOBs need their length beside them: the wire shows an empty one as NULL. */
  readonly lob: 'text' | 'bytes' | null;
}

type Render = (name: string) => string;

const asIs: Render = (name) => name;
const formatted =
  (format: string): Render =>
  (name) =>
    `TO_CHAR(${name}, '${format}')`;

/**
 * Dictionary type, precisions dropped → expression. Dates and intervals become text in the server, because the driver would
 * make JS Dates of them; numbers, text and bytes are fetched as they are (see fetch-types.ts).
 */
const EXPRESSIONS: Readonly<Record<string, Render>> = {
  VARCHAR2: asIs,
  NVARCHAR2: asIs,
  CHAR: asIs,
  NCHAR: asIs,
  NUMBER: asIs,
  FLOAT: asIs,
  BINARY_FLOAT: asIs,
  BINARY_DOUBLE: asIs,
  RAW: asIs,
  LONG: asIs,
  'LONG RAW': asIs,
  ROWID: asIs,
  UROWID: asIs,
  CLOB: asIs,
  NCLOB: asIs,
  BLOB: asIs,
  DATE: formatted(MOMENT_FORMATS.date),
  TIMESTAMP: formatted(MOMENT_FORMATS.timestamp),
  'TIMESTAMP WITH TIME ZONE': formatted(MOMENT_FORMATS.timestampWithZone),
  // The session's TIME_ZONE is UTC, so the offset is always +00:00.
  'TIMESTAMP WITH LOCAL TIME ZONE': formatted(MOMENT_FORMATS.timestampWithZone),
  'INTERVAL YEAR TO MONTH': (name) => `TO_CHAR(${name})`,
  'INTERVAL DAY TO SECOND': (name) => `TO_CHAR(${name})`,
};

const LOBS: Readonly<Record<string, 'text' | 'bytes'>> = { CLOB: 'text', NCLOB: 'text', BLOB: 'bytes' };

/** The dictionary's type without precisions: `TIMESTAMP(6) WITH TIME ZONE` → `TIMESTAMP WITH TIME ZONE`. */
export function plainType(dataType: string): string {
  return dataType.replace(/\(\d+\)/g, '');
}

/** Whether a column's values are kept apart from the row, so that the dictionary's row length does not count them. */
export function isLob({ dataType }: SourceColumn): boolean {
  return Object.hasOwn(LOBS, plainType(dataType));
}

/** How a column is read. Throws SOURCE_READ_FAILED, naming column and type, for types that have no exact text. */
export function columnReader(column: SourceColumn, as: ReadColumn['as']): ColumnReader {
  const type = plainType(column.dataType);
  const render = as === 'bytes' ? bytesOf(type) : textOf(type);
  if (render === undefined) throw unreadableColumn(column, as);
  return { sql: render(quoteName(column.name)), lob: LOBS[type] ?? null };
}

function textOf(type: string): Render | undefined {
  return Object.hasOwn(EXPRESSIONS, type) ? EXPRESSIONS[type] : undefined;
}

function bytesOf(type: string): Render | undefined {
  if (type === 'VARCHAR2' || type === 'CHAR') return (name) => `UTL_RAW.CAST_TO_RAW(${name})`;
  return ['RAW', 'LONG RAW', 'BLOB'].includes(type) ? asIs : undefined;
}

function unreadableColumn(column: SourceColumn, as: ReadColumn['as']): MigrationError {
  const form = as === 'bytes' ? 'as bytes' : 'as text';
  return new MigrationError(
    'SOURCE_READ_FAILED',
    `column ${column.name} of type ${column.dataType} cannot be read ${form}`,
    {
      hint:
        as === 'bytes'
          ? 'Read it as text; raw bytes exist for VARCHAR2, CHAR, RAW, LONG RAW and BLOB only.'
          : `Leave ${column.name} out of the mapping, or read it through a view that turns it into VARCHAR2, CLOB or BLOB.`,
      facts: { column: column.name, dataType: column.dataType },
    },
  );
}
