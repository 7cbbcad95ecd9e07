import type { Holds } from '../mapping/value-type';
import type { ScalarKind } from './canonical-text';

/** What a column takes, for the question whether a field fits it; `checked-text` refuses ill-formed values itself. */
export type TargetFamily =
  | 'text'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'time'
  | 'zoned-time'
  | 'interval'
  | 'bytes'
  | 'checked-text';

/** All that is known of a type of target columns, save how its values are written: that is in `postgres/types.ts`. */
export interface TargetType {
  readonly family: TargetFamily;
  /** By which its values are compared. */
  readonly kind: ScalarKind;
  /** Which bound of the column a field is measured against; absent for a type that has none. */
  readonly fit?: 'length' | 'whole' | 'digits' | 'currency' | 'fields';
  /** The longest text of a type that has a length of its own, in bytes. */
  readonly mostBytes?: number;
  /** Of a type of times. */
  readonly holds?: Holds;
  /** Of a type whose values are stored byte by byte as they come, so that large ones need not lie in memory. */
  readonly copied?: 'text' | 'bytes';
  /** TypeORM's normalised name, where it is another one. */
  readonly typeorm?: string;
}

/** By type name, as PostgreSQL's catalogue has it. Any other type is left to the server, which is reported: TYPE_BY_TEXT. */
const TYPES = {
  bool: { family: 'boolean', kind: 'boolean', typeorm: 'boolean' },
  int2: { family: 'integer', kind: 'number', fit: 'whole', typeorm: 'smallint' },
  int4: { family: 'integer', kind: 'number', fit: 'whole', typeorm: 'integer' },
  int8: { family: 'integer', kind: 'number', fit: 'whole', typeorm: 'bigint' },
  oid: { family: 'integer', kind: 'number', fit: 'whole' },
  numeric: { family: 'number', kind: 'number', fit: 'digits' },
  money: { family: 'number', kind: 'money', fit: 'currency' },
  float4: { family: 'number', kind: 'float4', typeorm: 'real' },
  float8: { family: 'number', kind: 'float8', typeorm: 'double precision' },
  text: { family: 'text', kind: 'text', fit: 'length', copied: 'text' },
  varchar: { family: 'text', kind: 'text', fit: 'length', copied: 'text', typeorm: 'character varying' },
  citext: { family: 'text', kind: 'text', fit: 'length' },
  bpchar: { family: 'text', kind: 'padded', fit: 'length', typeorm: 'character' },
  name: { family: 'text', kind: 'text', fit: 'length', mostBytes: 63 },
  char: { family: 'text', kind: 'text', fit: 'length', mostBytes: 1, typeorm: '"char"' },
  bytea: { family: 'bytes', kind: 'bytes', copied: 'bytes' },
  bit: { family: 'checked-text', kind: 'text' },
  varbit: { family: 'checked-text', kind: 'text', typeorm: 'bit varying' },
  date: { family: 'date', kind: 'date', holds: 'local times' },
  timestamp: { family: 'timestamp', kind: 'moment', holds: 'local times', typeorm: 'timestamp without time zone' },
  timestamptz: { family: 'timestamp', kind: 'moment', holds: 'moments', typeorm: 'timestamp with time zone' },
  time: { family: 'time', kind: 'time', holds: 'local times', typeorm: 'time without time zone' },
  timetz: { family: 'zoned-time', kind: 'timetz', holds: 'moments', typeorm: 'time with time zone' },
  interval: { family: 'interval', kind: 'interval', fit: 'fields' },
  uuid: { family: 'checked-text', kind: 'uuid' },
  json: { family: 'checked-text', kind: 'text' },
  jsonb: { family: 'checked-text', kind: 'jsonb' },
  xml: { family: 'checked-text', kind: 'text' },
  inet: { family: 'checked-text', kind: 'address' },
  cidr: { family: 'checked-text', kind: 'address' },
  macaddr: { family: 'checked-text', kind: 'hardware-address' },
  macaddr8: { family: 'checked-text', kind: 'hardware-address' },
} as const satisfies Readonly<Record<string, TargetType>>;

export type TargetTypeName = keyof typeof TYPES;

/** Whether a type of the catalogue is known here. */
export function isTargetType(name: string): name is TargetTypeName {
  return Object.hasOwn(TYPES, name);
}

/** Null for a type that is not known here: of extensions, composite types, ranges, geometry. */
export function targetType(name: string): TargetType | null {
  return isTargetType(name) ? TYPES[name] : null;
}

const BY_TYPEORM = new Map(
  Object.entries<TargetType>(TYPES).flatMap(([name, { typeorm }]) => (typeorm === undefined ? [] : [[typeorm, name]])),
);

/** What the catalogue calls a type of an entity's column; lengths and dimensions are no part of it. */
export function catalogueName(type: string): string {
  return BY_TYPEORM.get(type) ?? type;
}
