import type { Issue } from '../../core/issues';
import type { LegacyRow, LegacyValue } from '../../core/mapping/wire';
import { TYPE_ZOO, type ZooCase } from '../sql/check-statements';

/** Compares the row of `TYPE_ZOO_QUERY` with what every session must deliver; one issue per case that differs. */
export function zooIssues(row: LegacyRow): Issue[] {
  return TYPE_ZOO.flatMap((expected, index) => {
    const got = shown(expected, row[index] ?? null);
    return got === expected.expected ? [] : [mismatch(expected, got)];
  });
}

function shown({ as }: ZooCase, value: LegacyValue): string {
  if (value === null) return 'NULL';
  if (typeof value !== 'string') return value.toString('hex').toUpperCase();
  return as === 'number' ? plainDigits(value) : value;
}

/** A decimal number as plain digits with a digit before the point: `.5` → `0.5`, `1E-3` → `0.001`. Other text stays as it is. */
export function plainDigits(text: string): string {
  const parts = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null || !/\d/.test(text)) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = digits.padStart(digits.length + Math.max(0, -point), '0').padEnd(Math.max(point, digits.length), '0');
  const at = Math.max(0, point);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '') || '0';
  const decimals = padded.slice(at).replace(/0+$/, '');
  return sign + integer + (decimals === '' ? '' : `.${decimals}`);
}

function mismatch({ name, expected }: ZooCase, got: string): Issue {
  return {
    code: 'SOURCE_TYPE_ZOO',
    level: 'error',
    message: `${name} arrives as '${got}' instead of '${expected}'`,
    hint: 'Do not migrate with this combination of driver, mode and database: values would change on the way.',
    subject: 'source',
  };
}
