import { OraError } from '../../contract/ora-error';
import { coerce, parseMoment } from '../values/coerce';
import { formatMoment, sessionFormat } from '../values/format-moment';
import { isMoment, requireUtc, typed, type Kind, type Typed } from '../values/kind';
import type { Arguments, FunctionEmitter } from './arguments';
import { formatNumber, roundNumber } from './number';

/** TRUNC and ROUND units and PostgreSQL's date_trunc fields. */
const UNITS: Readonly<Record<string, string>> = {
  DD: 'day',
  DDD: 'day',
  J: 'day',
  MM: 'month',
  MON: 'month',
  MONTH: 'month',
  YYYY: 'year',
  YEAR: 'year',
  YY: 'year',
  SYYYY: 'year',
  Y: 'year',
  Q: 'quarter',
  IW: 'week',
  HH: 'hour',
  HH12: 'hour',
  HH24: 'hour',
  MI: 'minute',
  CC: 'century',
};

/** The DATE an argument is: moments are converted, text is read by NLS_DATE_FORMAT. */
function dateArgument(args: Arguments, index: number): string {
  const value = args.at(index);
  return value.type.kind === 'unknown' ? `${value.sql}::timestamp` : coerce(value, 'date', args.emission.session);
}

function trunc(args: Arguments): Typed {
  args.between(1, 2);
  const isFormat = args.count === 2 && args.expression(1).type === 'string';
  if (!isMoment(args.at(0).type.kind) && !isFormat) return roundNumber(args, 'trunc');
  const unit = UNITS[args.count === 2 ? args.literal(1).toUpperCase() : 'DD'];
  if (unit === undefined) throw new OraError(1898, 'too many precision specifiers', args.call.position);
  return typed(`date_trunc('${unit}', ${dateArgument(args, 0)})::timestamp(0)`, 'date');
}

function round(args: Arguments): Typed {
  if (!isMoment(args.at(0).type.kind)) return roundNumber(args, 'round');
  if (args.count > 1) throw args.refuse('ROUND of a date with a unit');
  return typed(`date_trunc('day', ${dateArgument(args, 0)} + interval '12 hours')::timestamp(0)`, 'date');
}

function toChar(args: Arguments): Typed {
  args.between(1, 3);
  const value = args.at(0);
  const format = args.count > 1 ? args.literal(1) : undefined;
  if (isMoment(value.type.kind)) {
    requireUtc(args.emission.session, value.type.column);
    return typed(formatMoment(value, format ?? sessionFormat(args.emission.session.settings, value.type.kind)), 'text');
  }
  if (value.type.kind === 'number') return typed(formatNumber(value.sql, format), 'text');
  if (value.type.kind === 'double')
    return typed(
      format === undefined ? `"SYS".double_text(${value.sql})` : formatNumber(`(${value.sql})::numeric`, format),
      'text',
    );
  if (value.type.kind === 'unknown' && format !== undefined) return unknownToChar(args, value, format);
  return typed(args.text(0), 'text');
}

/** A bind formatted: the format tells whether it is a number or a date. */
function unknownToChar(args: Arguments, value: Typed, format: string): Typed {
  const isNumber = /^(TM9?|(FM)?S?[09,.DGV$]+(MI|PR|S)?)$/i.test(format);
  if (isNumber) return typed(formatNumber(`${value.sql}::numeric`, format), 'text');
  return typed(formatMoment(typed(`${value.sql}::timestamp`, 'timestamp'), format), 'text');
}

function toMoment(kindFor: (format: string) => Kind, setting: Kind): FunctionEmitter {
  return (args) => {
    args.between(1, 3);
    const format = args.count > 1 ? args.literal(1) : sessionFormat(args.emission.session.settings, setting);
    const kind = kindFor(format);
    const value = args.at(0);
    if (isMoment(value.type.kind)) return typed(coerce(value, kind, args.emission.session), kind);
    return typed(parseMoment(args.text(0), format, kind), kind);
  };
}

function addMonths(args: Arguments): Typed {
  args.between(2, 2);
  return typed(`"SYS".add_months(${dateArgument(args, 0)}, ${args.number(1)})`, 'date');
}

function lastDay(args: Arguments): Typed {
  const date = dateArgument(args, 0);
  return typed(
    `(date_trunc('month', ${date}) + interval '1 month' - interval '1 day' + (${date})::time)::timestamp(0)`,
    'date',
  );
}

function monthsBetween(args: Arguments): Typed {
  return typed(`"SYS".months_between(${dateArgument(args, 0)}, ${dateArgument(args, 1)})`, 'number');
}

/** Date functions, and those that take dates and numbers alike. */
export const MOMENT_FUNCTIONS: Readonly<Record<string, FunctionEmitter>> = {
  TRUNC: trunc,
  ROUND: round,
  TO_CHAR: toChar,
  TO_NCHAR: toChar,
  TO_DATE: toMoment(() => 'date', 'date'),
  TO_TIMESTAMP: toMoment((format) => (/FF([7-9]|(?!\d))/i.test(format) ? 'timestamp9' : 'timestamp'), 'timestamp'),
  TO_TIMESTAMP_TZ: toMoment(() => 'timestamptz', 'timestamptz'),
  ADD_MONTHS: addMonths,
  LAST_DAY: lastDay,
  MONTHS_BETWEEN: monthsBetween,
};
