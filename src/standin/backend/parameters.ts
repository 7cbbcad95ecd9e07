import { OraError, notImplemented } from '../contract/ora-error';
import type { BindValue } from '../ttc/bind-values';
import { WIRE_TYPE } from '../ttc/format/constants';
import type { WireType } from '../ttc/execute-request';
import { parseRowid, tidText } from '../contract/rowid';
import { momentText, offsetText, shiftMoment, type Moment } from '../ttc/values/moment';
import { storableText } from '../ttc/values/text';
import { PG_TYPE } from './column-types';
import { FORMAT, type Parameter } from './frontend-messages';

/** The session's formats for DATE and TIMESTAMP texts. */
interface MomentFormats {
  readonly date: string;
  readonly timestamp: string;
}

/** Formats that PostgreSQL reads by itself, whose prefixes Oracle accepts as well. */
const ISO_FORMAT = /^S?YYYY-MM-DD(?: HH24:MI:SS(?:[.X]FF\d?)?)?$/i;
const ISO_TEXT = /^\s*\+?(-?)(\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,9})?)?)\s*$/;

/**
 * Text bound where a DATE or TIMESTAMP is wanted, as PostgreSQL reads it. Oracle goes by the session's format: here only year,
 * month, day [and time] is known, and ORA-03001 names any other. ORA-01861 for a text that is not written so.
 */
function boundMoment(text: string, formats: MomentFormats): string {
  const format = text.includes('.') ? formats.timestamp : formats.date;
  if (!ISO_FORMAT.test(format)) throw notImplemented(`text bound as a date in the format ${format} (use TO_DATE)`);
  const [, sign, plain] = ISO_TEXT.exec(text) ?? [];
  if (plain === undefined) throw new OraError(1861, 'literal does not match format string');
  return sign === '-' ? `${plain} BC` : plain;
}

/** Lets PostgreSQL find the type out from where the parameter stands. */
export const UNKNOWN_TYPE = 0;

const DECLARED: ReadonlyMap<number, number> = new Map([
  [WIRE_TYPE.number, PG_TYPE.numeric],
  [WIRE_TYPE.binaryInteger, PG_TYPE.numeric],
  [WIRE_TYPE.binaryFloat, PG_TYPE.float4],
  [WIRE_TYPE.binaryDouble, PG_TYPE.float8],
  [WIRE_TYPE.date, PG_TYPE.timestamp],
  [WIRE_TYPE.timestamp, PG_TYPE.timestamp],
  [WIRE_TYPE.timestampTz, PG_TYPE.timestamp],
  [WIRE_TYPE.timestampLtz, PG_TYPE.timestamp],
  [WIRE_TYPE.raw, PG_TYPE.bytea],
  [WIRE_TYPE.longRaw, PG_TYPE.bytea],
]);

/** PostgreSQL's type for a bind of this type, where it stands for itself; texts are left open, as Oracle converts them. */
export function declaredType(type: WireType | undefined): number {
  return (type && DECLARED.get(type.type)) ?? UNKNOWN_TYPE;
}

/** What the conversion of a value depends on besides the value. */
export interface ConversionContext {
  /** Type that PostgreSQL gave the parameter. */
  readonly typeOid: number;
  readonly timeZoneMinutes: number;
  readonly formats: MomentFormats;
  /** Throws ORA-22275. */
  readonly lobContent: (locator: Buffer) => Buffer;
}

const NULL_PARAMETER: Parameter = { bytes: null, format: FORMAT.text };

export function textParameter(text: string): Parameter {
  return { bytes: Buffer.from(text, 'utf8'), format: FORMAT.text };
}

/** An 18-character ROWID as PostgreSQL's tid. Throws ORA-01410. */
export function rowidParameter(value: BindValue): Parameter {
  if (value === null) return NULL_PARAMETER;
  return textParameter(tidText(parseRowid(value.kind === 'text' ? value.text : '')));
}

type Value = NonNullable<BindValue>;
type Converters = {
  readonly [Kind in Value['kind']]: (value: Extract<Value, { kind: Kind }>, context: ConversionContext) => Parameter;
};

const CONVERTERS: Converters = {
  text: ({ text }, context) => boundText(text, context),
  bytes: ({ bytes }, { typeOid }) => bytesParameter(bytes, typeOid),
  moment: ({ moment, zone }, context) => textParameter(momentParameter(moment, zone, context)),
  lob: ({ locator }, { lobContent, typeOid }) => lobParameter(lobContent(locator), typeOid),
  double: ({ value }) => textParameter(String(value)),
  boolean: ({ value }) => textParameter(value ? '1' : '0'),
  number: ({ text }) => textParameter(text),
  interval: ({ text }) => textParameter(text),
};

/** A bind value in the form that the type of its parameter wants. */
export function parameterOf(value: BindValue, context: ConversionContext): Parameter {
  if (value === null) return NULL_PARAMETER;
  const convert = CONVERTERS[value.kind] as (value: Value, context: ConversionContext) => Parameter;
  return convert(value, context);
}

function boundText(text: string, { typeOid, formats }: ConversionContext): Parameter {
  if (typeOid === PG_TYPE.bytea) return hexParameter(text);
  return textParameter(typeOid === PG_TYPE.timestamp ? boundMoment(text, formats) : storableText(text));
}

/** Throws ORA-01465. */
function hexParameter(text: string): Parameter {
  if (!/^[0-9A-Fa-f]*$/.test(text)) throw new OraError(1465, 'invalid hex number');
  return { bytes: Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex'), format: FORMAT.binary };
}

function bytesParameter(bytes: Buffer, typeOid: number): Parameter {
  if (typeOid === PG_TYPE.bytea) return { bytes, format: FORMAT.binary };
  return textParameter(bytes.toString('hex').toUpperCase());
}

function lobParameter(content: Buffer, typeOid: number): Parameter {
  if (content.length === 0) return NULL_PARAMETER;
  return { bytes: content, format: typeOid === PG_TYPE.bytea ? FORMAT.binary : FORMAT.text };
}

/**
 * Long timestamps are stored as text with nine digits, with the zone of origin behind them if they have one; everything
 * else is read by PostgreSQL. What a client sends in its own time zone is brought into that of the session.
 */
function momentParameter(moment: Moment, zone: 'none' | 'utc' | 'session', context: ConversionContext): string {
  const local = zone === 'session' ? shiftMoment(moment, context.timeZoneMinutes) : moment;
  const text = momentText(local);
  if (context.typeOid !== PG_TYPE.text) return text;
  const long = text.replace(/^(\S+ \S+?)(?:\.\d+)?( BC)?$/, (_, time: string, era = '') => {
    return `${time}.${String(local.nanoseconds).padStart(9, '0')}${String(era)}`;
  });
  return zone === 'utc' ? `${long} ${offsetText(moment.offsetMinutes ?? 0)}` : long;
}
