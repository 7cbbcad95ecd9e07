import { OraError, notImplemented } from '../../contract/ora-error';
import { parseFormat, type FormatElement } from './date-format';
import type { Kind, Typed } from './kind';
import { literal } from './quote';

/** Elements PostgreSQL's to_char writes as Oracle does. */
const SHARED: Readonly<Record<string, string>> = { RR: 'YY', RRRR: 'YYYY', HH: 'HH12' };
const HOT = 'YYYY-MM-DD HH24:MI:SS';

interface Parts {
  /** A `timestamp`. */
  readonly base: string;
  /** Nine digits. */
  readonly fraction?: string;
  readonly zone?: { readonly hours: string; readonly minutes: string };
}

/** Formats read on every date of every row, by kind; each has one cheap function (catalog/sys-functions). */
const HOT_FORMATS: Partial<Readonly<Record<Kind, Readonly<Record<string, (sql: string, sign: string) => string>>>>> = {
  date: { [HOT]: (sql, sign) => `"SYS".${sign}_seconds(${sql})` },
  timestamp: {
    [HOT]: (sql, sign) => `"SYS".${sign}_seconds(date_trunc('second', ${sql}))`,
    [`${HOT}.FF9`]: (sql, sign) => `"SYS".${sign}_nanos(${sql})`,
  },
  timestamp9: { [`${HOT}.FF9`]: (sql, sign) => `"SYS".${sign}_text(${sql})` },
  timestamptz: { [`${HOT}.FF9 TZH:TZM`]: (sql, sign) => `"SYS".${sign}_zoned(${sql})` },
};

function hot({ sql, type }: Typed, format: string): string | undefined {
  const upper = format.toUpperCase();
  const signed = upper.startsWith('S');
  return HOT_FORMATS[type.kind]?.[signed ? upper.slice(1) : upper]?.(sql, signed ? 'signed' : 'plain');
}

function partsOf({ sql, type }: Typed): Parts {
  switch (type.kind) {
    case 'timestamp9':
      return { base: `"SYS".text_base(${sql})`, fraction: `right(${sql}, 9)`, ...sessionZone(type) };
    case 'timestamptz':
      return {
        base: `"SYS".local_base(${sql})`,
        fraction: `substr(right(${sql}, 16), 1, 9)`,
        zone: { hours: `left(right(${sql}, 6), 3)`, minutes: `right(${sql}, 2)` },
      };
    case 'timestamp':
      return { base: sql, fraction: `to_char(${sql}, 'US') || '000'` };
    default:
      return { base: sql };
  }
}

/** A LOCAL TIME ZONE value is shown in the zone of the session, which is UTC here (`requireUtc`). */
function sessionZone({ column }: Typed['type']): Pick<Parts, 'zone'> {
  if (column?.type !== 'TIMESTAMP WITH LOCAL TIME ZONE') return {};
  return { zone: { hours: "'+00'", minutes: "'00'" } };
}

function special(parts: Parts, element: string): string | undefined {
  if (element === 'SYYYY')
    return `CASE WHEN ${parts.base} < '0001-01-01'::timestamp THEN '-' ELSE ' ' END || to_char(${parts.base}, 'YYYY')`;
  if (element.startsWith('FF')) {
    if (parts.fraction === undefined) throw new OraError(1821, 'date format not recognized');
    const digits = Number(element.slice(2) || 6);
    return digits === 9 ? parts.fraction : `left(${parts.fraction}, ${digits})`;
  }
  return /^TZ[HMR]$/.test(element) ? zonePart(parts.zone, element) : undefined;
}

/** TZR is the region; a value that was written with an offset has that instead. */
function zonePart(zone: Parts['zone'], element: string): string {
  if (zone === undefined) throw new OraError(1821, 'date format not recognized');
  if (element === 'TZR') return `${zone.hours} || ':' || ${zone.minutes}`;
  return element === 'TZH' ? zone.hours : zone.minutes;
}

function plain({ type, text }: FormatElement): string {
  if (type === 'literal') return `"${text}"`;
  return SHARED[text.toUpperCase()] ?? text;
}

/** TO_CHAR of a DATE or timestamp with a format known at translation. ORA-01821. */
export function formatMoment(value: Typed, format: string): string {
  const quick = hot(value, format);
  if (quick !== undefined) return quick;
  const parts = partsOf(value);
  const pieces: string[] = [];
  let run = '';
  const flush = (): void => {
    if (run !== '') pieces.push(`to_char(${parts.base}, ${literal(run)})`);
    run = '';
  };
  for (const element of parseFormat(format)) {
    if (element.type === 'element' && /^F[MX]$/i.test(element.text) && run !== '')
      throw notImplemented('FM inside a date format');
    const written = element.type === 'element' ? special(parts, element.text.toUpperCase()) : undefined;
    if (written === undefined) run += plain(element);
    else {
      flush();
      pieces.push(`(${written})`);
    }
  }
  flush();
  return `(${pieces.join(' || ')})`;
}

const SETTINGS: Partial<Readonly<Record<Kind, readonly [string, string]>>> = {
  date: ['NLS_DATE_FORMAT', 'DD-MON-RR'],
  timestamp: ['NLS_TIMESTAMP_FORMAT', 'DD-MON-RR HH.MI.SS.FF AM'],
  timestamp9: ['NLS_TIMESTAMP_FORMAT', 'DD-MON-RR HH.MI.SS.FF AM'],
  timestamptz: ['NLS_TIMESTAMP_TZ_FORMAT', 'DD-MON-RR HH.MI.SS.FF AM TZH:TZM'],
};

/** The session's format for implicit conversions of this kind. */
export function sessionFormat(settings: Readonly<Record<string, string>>, kind: Kind): string {
  const [name, fallback] = SETTINGS[kind] ?? ['NLS_DATE_FORMAT', 'DD-MON-RR'];
  return settings[name] ?? fallback;
}
