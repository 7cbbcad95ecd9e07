import { counted } from '../counted';
import { targetType, type TargetFamily, type TargetType } from '../canonical/target-types';
import type { Issue } from '../issues';
import type { ValueFamily, ValueType } from '../mapping/value-type';
import type { TargetColumn } from '../ports/target';

const TAKES: Readonly<Record<Exclude<ValueFamily, 'unknown'>, readonly TargetFamily[]>> = {
  text: ['text', 'checked-text', 'time', 'zoned-time', 'interval'],
  number: ['number', 'text', 'integer'],
  integer: ['integer', 'number', 'text'],
  boolean: ['boolean'],
  date: ['date', 'timestamp', 'text'],
  timestamp: ['timestamp', 'text'],
  'oracle-time': ['text'],
  'years-to-months': ['interval', 'text'],
  'days-to-seconds': ['interval', 'text'],
  bytes: ['bytes'],
};

const CONVERSIONS: Readonly<Record<TargetFamily, string>> = {
  text: 'a conversion to text',
  'checked-text': 'a conversion to text',
  number: 'decimal(precision, scale)',
  integer: 'integer',
  boolean: 'yesNo or codeTable',
  date: 'oracleDate or dateFromText',
  timestamp: 'oracleTimestamp or inZone',
  time: 'a conversion of your own to HH24:MI:SS[.ffffff]',
  'zoned-time':
    'a conversion of your own to HH24:MI:SS+HH:MM: the column keeps a zone offset, and none is made up for it',
  interval: 'no conversion from an INTERVAL, or one of your own to such a text',
  bytes: 'no conversion from a RAW or BLOB',
};

/** A column whose type only the server can read: loaded as text, and never proven. */
export function byTextIssues({ name, type, byText }: TargetColumn, subject: string): readonly Issue[] {
  if (byText !== true) return [];
  return [
    {
      code: 'TYPE_BY_TEXT',
      level: 'warning',
      subject,
      message: `${name} is ${type}, which only the server can read: it is loaded as text and compared as the server writes it`,
      hint: 'What it restates is counted as a change. Nothing else proves such values: look at some, or choose a built-in type.',
    },
  ];
}

/** Whether what a field yields can be held by its target column, and would be held unchanged. */
export function typeFit(type: ValueType, column: TargetColumn, subject: string): readonly Issue[] {
  const family = targetFamily(column);
  if (family === undefined || type.family === 'unknown') return [];
  if (!TAKES[type.family].includes(family)) return [mismatch(type, column, subject)];
  const fit = targetType(column.type)?.fit;
  return fit === undefined ? [] : FITS[fit](type, column, subject);
}

const FITS: Readonly<
  Record<NonNullable<TargetType['fit']>, (type: ValueType, column: TargetColumn, subject: string) => readonly Issue[]>
> = { length: lengthFit, whole: fractionFit, digits: numericFit, currency: moneyFit, fields: fieldsFit };

/** Undefined for a type that is not judged. An array takes the text of one. */
function targetFamily({ type, byText }: TargetColumn): TargetFamily | undefined {
  if (byText === true) return undefined;
  return type.startsWith('_') && targetType(type.slice(1)) !== null ? 'checked-text' : targetType(type)?.family;
}

const NAMES: Partial<Readonly<Record<ValueFamily, string>>> = {
  'oracle-time': "an Oracle date's text",
  'years-to-months': 'an interval of years and months',
  'days-to-seconds': 'an interval of days and seconds',
};

function mismatch(type: ValueType, column: TargetColumn, subject: string): Issue {
  const family = targetFamily(column) ?? 'text';
  return {
    code: 'TYPE_MISMATCH',
    level: 'error',
    subject,
    message: `yields ${NAMES[type.family] ?? type.family}, but ${column.name} is ${column.type}`,
    hint: `Read it through ${CONVERSIONS[family]}.`,
  };
}

function lengthFit({ length }: ValueType, column: TargetColumn, subject: string): readonly Issue[] {
  const { maxLength, name, type } = column;
  const mostBytes = targetType(type)?.mostBytes;
  const most = maxLength ?? mostBytes;
  if (length === null || most === undefined || length <= most) return [];
  const room = mostBytes === undefined ? String(most) : counted(most, 'byte');
  return [
    {
      code: 'LENGTH_SHRINKS',
      level: 'warning',
      subject,
      message: `is up to ${length} long in the source, but ${name} holds ${room}; longer values are rejected`,
      hint: 'Widen the column, or shorten the value in the mapping.',
    },
  ];
}

function fractionFit({ scale, family }: ValueType, { name, type }: TargetColumn, subject: string): readonly Issue[] {
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

/** Fields of an interval that its column leaves out. What of them is not zero is rejected, row by row. */
function fieldsFit({ family }: ValueType, { name, smallestField }: TargetColumn, subject: string): readonly Issue[] {
  const isCut = family === 'days-to-seconds' && smallestField !== undefined && smallestField !== 'second';
  if (!isCut) return [];
  return [
    {
      code: 'PRECISION_SHRINKS',
      level: 'warning',
      subject,
      message: `may have days and parts of a day, but ${name} keeps nothing below the ${smallestField}; other intervals are rejected`,
      hint: 'Widen the column to interval, or accept the rejects.',
    },
  ];
}

/** PostgreSQL refuses too many digits before the point, but silently rounds those behind it: hence the two levels. */
function numericFit(type: ValueType, column: TargetColumn, subject: string): readonly Issue[] {
  const { name, precision } = column;
  if (precision === null) return [];
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

/** More decimals than the currency has are rejected, row by row. */
function moneyFit({ scale, family }: ValueType, column: TargetColumn, subject: string): readonly Issue[] {
  const decimals = column.scale ?? 2;
  if (family === 'integer' || (scale !== null && scale <= decimals)) return [];
  return [
    {
      code: 'SCALE_SHRINKS',
      level: 'warning',
      subject,
      message: `may have more decimals than the ${decimals} that ${column.name} has by the database's lc_monetary; such numbers are rejected`,
      hint: 'Make the column numeric, which depends on no setting.',
    },
  ];
}
