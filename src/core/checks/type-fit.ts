import type { Issue } from '../issues';
import type { TargetColumn } from '../ports/target';
import type { FieldType, ValueFamily } from './field-type';

type TargetFamily = 'text' | 'number' | 'integer' | 'boolean' | 'date' | 'timestamp' | 'bytes' | 'checked-text';

/** By PostgreSQL's type name; `checked-text` refuses ill-formed values itself. Types not named here are not judged. */
const TARGET_FAMILIES: Readonly<Record<string, TargetFamily>> = {
  text: 'text',
  varchar: 'text',
  bpchar: 'text',
  citext: 'text',
  numeric: 'number',
  float4: 'number',
  float8: 'number',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  bool: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
  bytea: 'bytes',
  uuid: 'checked-text',
  json: 'checked-text',
  jsonb: 'checked-text',
};

const TAKES: Readonly<Record<Exclude<ValueFamily, 'unknown'>, readonly TargetFamily[]>> = {
  text: ['text', 'checked-text'],
  number: ['number', 'text', 'integer'],
  integer: ['integer', 'number', 'text'],
  boolean: ['boolean'],
  date: ['date', 'timestamp', 'text'],
  timestamp: ['timestamp', 'text'],
  'oracle-time': ['text'],
  bytes: ['bytes'],
};

const CONVERSIONS: Readonly<Record<TargetFamily, string>> = {
  text: 'a conversion to text',
  'checked-text': 'a conversion to text',
  number: 'decimal(precision, scale)',
  integer: 'integer',
  boolean: 'yesNo or codeTable',
  date: 'oracleDate or dateFromText',
  timestamp: 'oracleTimestamp',
  bytes: 'no conversion from a RAW or BLOB',
};

/** Whether what a field yields can be held by its target column, and would be held unchanged. */
export function typeFit(type: FieldType, column: TargetColumn, subject: string): readonly Issue[] {
  const family = TARGET_FAMILIES[column.type];
  if (family === undefined || type.family === 'unknown') return [];
  if (!TAKES[type.family].includes(family)) return [mismatch(type, column, subject)];
  if (family === 'text') return lengthFit(type, column, subject);
  if (type.family !== 'number' && type.family !== 'integer') return [];
  return family === 'integer' ? fractionFit(type, column, subject) : numericFit(type, column, subject);
}

function mismatch(type: FieldType, column: TargetColumn, subject: string): Issue {
  const family = TARGET_FAMILIES[column.type] ?? 'text';
  return {
    code: 'TYPE_MISMATCH',
    level: 'error',
    subject,
    message: `yields ${type.family === 'oracle-time' ? "an Oracle date's text" : type.family}, but ${column.name} is ${column.type}`,
    hint: `Read it through ${CONVERSIONS[family]}.`,
  };
}

function lengthFit({ length }: FieldType, { maxLength, name }: TargetColumn, subject: string): readonly Issue[] {
  if (length === null || maxLength === null || length <= maxLength) return [];
  return [
    {
      code: 'LENGTH_SHRINKS',
      level: 'warning',
      subject,
      message: `is up to ${length} long in the source, but ${name} holds ${maxLength}; longer values are rejected`,
      hint: 'Widen the column, or shorten the value in the mapping.',
    },
  ];
}

function fractionFit({ scale, family }: FieldType, { name, type }: TargetColumn, subject: string): readonly Issue[] {
  if (family === 'integer' || scale === 0) return [];
  return [
    {
      code: 'SCALE_SHRINKS',
      level: 'error',
      subject,
      message: `may have decimals, but ${name} is ${type}`,
      hint: 'Read it through integer (a fraction is then rejected), or make the column numeric.',
    },
  ];
}

/** PostgreSQL refuses too many digits before the point, but silently rounds those behind it: hence the two levels. */
function numericFit(type: FieldType, column: TargetColumn, subject: string): readonly Issue[] {
  const { name, precision } = column;
  if (column.type !== 'numeric' || precision === null) return [];
  const scale = column.scale ?? 0;
  const issues: Issue[] = [];
  if (type.family === 'number' && (type.scale === null || type.scale > scale)) {
    issues.push({
      code: 'SCALE_SHRINKS',
      level: 'error',
      subject,
      message: `may have more decimals than the ${scale} of ${name}, which would round them`,
      hint: `Read it through decimal(${precision}, ${scale}): what does not fit is then rejected.`,
    });
  }
  if (type.whole !== null && type.whole > precision - scale) {
    issues.push({
      code: 'PRECISION_SHRINKS',
      level: 'warning',
      subject,
      message: `may have ${type.whole} digits before the point, ${name} holds ${precision - scale}; greater numbers are rejected`,
      hint: 'Widen the column, or accept the rejects.',
    });
  }
  return issues;
}
