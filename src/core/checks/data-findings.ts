import { counted } from '../counted';
import type { Issue } from '../issues';
import type { FieldMapping } from '../mapping/table-mapping';
import type { ReadPlan } from '../ports/legacy-source';
import type { RejectCount, RowSample } from '../run/readiness';
import type { ValueOddity } from '../mapping/conversion-traits';
import type { ValueCount } from '../rows/value-scan';

type Finding = Pick<Issue, 'code' | 'level'> & { readonly what: string; readonly hint: string };

const BYTES_HINT = "Read the column with fromBytes(…, bytesAs('windows-1252')), or whatever set its bytes are in.";

const FINDINGS: Readonly<Record<ValueOddity, Finding>> = {
  nul: {
    code: 'NUL_CHARACTERS',
    level: 'warning',
    what: 'NUL characters, which PostgreSQL cannot store',
    hint: 'Choose for the column: nulRefused (rows are rejected), nulStripped, or nulReplaced(text).',
  },
  replacement: {
    code: 'ILLEGAL_CHARACTERS',
    level: 'warning',
    what: 'U+FFFD: bytes that are no characters of the declared character set, unless it is stored so',
    hint: BYTES_HINT,
  },
  control: {
    code: 'CONTROL_CHARACTERS',
    level: 'warning',
    what: 'control characters U+0080–U+009F, which windows-1252 bytes become where they are taken for Latin-1',
    hint: BYTES_HINT,
  },
  'high-byte': {
    code: 'HIGH_BYTES',
    level: 'error',
    what: 'bytes above 0x7F, which US7ASCII does not define: read as text they are lost without a word',
    hint: BYTES_HINT,
  },
};

/** What the characters of the source's values are to be known for. `plan` is the mapping's own, `fields` are its. */
export function valueFindings(plan: ReadPlan, fields: readonly FieldMapping[], counts: readonly ValueCount[]): Issue[] {
  return counts.flatMap(({ column, as, oddity, count, samples }): Issue[] => {
    // A NUL is in the bytes of a column as it is in its text, where the mapping reads both.
    const isReadTwice = plan.columns.some((other) => other.name === column && other.as !== as);
    if (oddity === 'nul' && as === 'bytes' && isReadTwice) return [];
    const { code, level, what, hint } = FINDINGS[oddity];
    const subject = `${plan.entity}.${column}`;
    const where = `in ${valuesText(count)}${sampleText(samples)}`;
    return isProvidedFor(fields, column, oddity)
      ? [{ code, level: 'info', subject, message: `the mapping provides for ${FAMILIAR[oddity]} ${where}` }]
      : [{ code, level, subject, message: `${what}, ${where}`, hint }];
  });
}

const FAMILIAR: Readonly<Record<ValueOddity, string>> = {
  nul: 'NUL characters',
  replacement: 'U+FFFD',
  control: 'control characters U+0080–U+009F',
  'high-byte': 'bytes above 0x7F',
};

/** Every field that reads the column says what becomes of such values. */
function isProvidedFor(fields: readonly FieldMapping[], column: string, oddity: ValueOddity): boolean {
  return fields
    .filter(({ columns }) => columns.includes(column))
    .every(({ asBytes, transform }) => {
      if (oddity === 'high-byte' && asBytes.includes(column)) return true;
      return transform.some(({ handles }) => handles?.includes(oddity) === true);
    });
}

/** SQLSTATE of what a limit of the server itself refuses. */
const LIMIT_EXCEEDED = '54000';

/** Rejects of values that only the server's limits refuse, which no column's declaration tells beforehand. */
export function limitFindings(rejects: readonly RejectCount[]): Issue[] {
  return rejects
    .filter(({ sqlState }) => sqlState === LIMIT_EXCEEDED)
    .map(({ entity, property, reason, count, samples }) => ({
      code: 'INDEX_ROW_TOO_LONG',
      level: 'warning',
      subject: property === null ? entity : `${entity}.${property}`,
      message: `${valuesText(count)} will be rejected: ${reason}${sampleText(samples)}`,
      hint: 'Shorten the value in the mapping, or index an expression of it (a hash, its beginning) in its place.',
    }));
}

/** `; for example key ["12"], ROWID AAA…`, empty without samples. */
export function sampleText(samples: readonly RowSample[]): string {
  if (samples.length === 0) return '';
  const shown = samples.map(({ key, rowid }) => (rowid === null ? `key ${key}` : `key ${key} (ROWID ${rowid})`));
  return `; for example ${shown.join(', ')}`;
}

function valuesText(count: number): string {
  return counted(count, 'value');
}
