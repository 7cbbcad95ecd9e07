import { OraError } from '../../contract/ora-error';

/** One element of an Oracle date format, upper case except for names of months and days, whose case matters. */
export interface FormatElement {
  readonly type: 'element' | 'literal';
  readonly text: string;
}

const ELEMENTS =
  /SYYYY|YYYY|YYY|YY|Y|RRRR|RR|MONTH|MON|MM|MI|DDD|DD|DAY|DY|D|HH24|HH12|HH|SSSSS|SS|FF[1-9]?|TZH|TZM|TZR|AM|PM|Q|WW|IW|W|J|FM|FX/iy;
/** Quoted text, punctuation, and X: the radix character. */
const LITERAL = /"([^"]*)"|([-/,.;: ]+)|X/iy;

/** The elements of a date format. ORA-01821 for one that is not known. */
export function parseFormat(format: string): readonly FormatElement[] {
  const elements: FormatElement[] = [];
  let at = 0;
  while (at < format.length) {
    ELEMENTS.lastIndex = at;
    LITERAL.lastIndex = at;
    const element = ELEMENTS.exec(format);
    const mark = element ?? LITERAL.exec(format);
    if (mark === null) throw new OraError(1821, 'date format not recognized');
    elements.push(
      element === null ? { type: 'literal', text: mark[1] ?? mark[2] ?? '.' } : { type: 'element', text: mark[0] },
    );
    at += mark[0].length;
  }
  return elements;
}

const CAPTURES: Readonly<Record<string, string>> = {
  SYYYY: '([+-]?\\d{1,4})',
  YYYY: '(\\d{1,4})',
  RRRR: '(\\d{1,4})',
  YY: '(\\d{1,2})',
  RR: '(\\d{1,4})',
  MM: '(\\d{1,2})',
  MON: '([A-Za-z]{3,9})',
  MONTH: '([A-Za-z]{3,9})',
  DD: '(\\d{1,2})',
  DDD: '(\\d{1,3})',
  HH24: '(\\d{1,2})',
  HH12: '(\\d{1,2})',
  HH: '(\\d{1,2})',
  MI: '(\\d{1,2})',
  SS: '(\\d{1,2})',
  FF: '(\\d{1,9})',
  TZH: '([+-]?\\d{1,2})',
  TZM: '(\\d{1,2})',
  AM: '([AaPp][Mm])',
  PM: '([AaPp][Mm])',
  J: '(\\d{1,7})',
};
const ROLES: Readonly<Record<string, string>> = { SYYYY: 'YYYY', RRRR: 'RR', MONTH: 'MON', HH: 'HH12', PM: 'AM' };

export interface ParsePattern {
  /** A PostgreSQL regular expression with one group per role. */
  readonly pattern: string;
  readonly roles: readonly string[];
}

/** What TO_DATE looks for. Trailing elements may be missing from the text, as in Oracle. ORA-01821. */
export function parsePattern(format: string): ParsePattern {
  const roles: string[] = [];
  let open = 0;
  let pattern = '^\\s*';
  let mark = '';
  for (const { type, text } of parseFormat(format)) {
    const name = text.toUpperCase().replace(/^FF\d$/, 'FF');
    if (type === 'literal') mark += text.replace(/[^A-Za-z0-9]/g, '[^A-Za-z0-9]?');
    else if (name !== 'FM' && name !== 'FX') {
      const capture = CAPTURES[name];
      if (capture === undefined) throw new OraError(1820, 'format code cannot appear in date input format');
      if (roles.length > 0) {
        pattern += '(?:';
        open += 1;
      }
      pattern += mark + capture;
      mark = '';
      roles.push(ROLES[name] ?? name);
    }
  }
  return { pattern: `${pattern}${')?'.repeat(open)}\\s*$`, roles };
}
