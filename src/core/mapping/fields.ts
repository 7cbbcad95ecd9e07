import { BY_DEFAULT } from './change-kinds';
import { ValueRejected } from '../errors';
import { lookupKey, lookupName, type LookupTable } from './lookup';
import { columnNames, stepsOf } from './sheet-faults';
import type { Transform } from './transform';
import type { ColumnField, Field } from './sheet';
import type { FieldContext, FieldMapping, NullRule } from './table-mapping';
import type { LegacyRow, LegacyValue, TargetValue } from './wire';

type AnyTransform = Transform<never, unknown>;
type Reader = (row: LegacyRow) => TargetValue;

/** A field that reads one column through a chain of conversions. */
export function columnField<Out>(column: string, chain: readonly AnyTransform[]): ColumnField<Out> {
  const bindWith =
    (nullRule: NullRule) =>
    (property: string): FieldMapping => ({
      property,
      columns: columnNames([column], property),
      asBytes: chain[0]?.reads === 'bytes' ? [column] : [],
      transform: stepsOf(chain, property),
      nullRule,
      compile: (context) => columnReader({ column, chain, nullRule }, context),
    });
  return withNullRules(bindWith);
}

/** A field that finds the values of its columns in a table; a key that leads nowhere turns the row away, unless `or` says better. */
export function lookupField<Out>(
  columns: readonly string[],
  table: LookupTable,
  chain: readonly AnyTransform[],
): ColumnField<Out> {
  const args = [table.in, lookupName(table), ...table.key, table.value];
  const step = { name: 'lookup', args, zone: 'kept', shown: null } as const;
  const bindWith =
    (nullRule: NullRule) =>
    (property: string): FieldMapping => ({
      property,
      columns: columnNames(columns, property),
      asBytes: [],
      transform: [step, ...stepsOf(chain, property)],
      nullRule,
      lookup: table,
      compile: (context) => lookupReader({ columns, table, chain, nullRule }, context),
    });
  return withNullRules(bindWith);
}

/** The words of a field for what a null becomes. */
function withNullRules<Out>(bindWith: (nullRule: NullRule) => (property: string) => FieldMapping): ColumnField<Out> {
  return {
    bind: bindWith({ kind: 'keep' }),
    or: (value) => ({ bind: bindWith({ kind: 'default', value: value as TargetValue }) }),
    orReject: () => ({ bind: bindWith({ kind: 'reject' }) }),
  };
}

/** A field whose value is the same in every row. */
export function constantField<Out>(value: TargetValue): Field<Out> {
  return {
    bind: (property) => ({
      property,
      columns: [],
      asBytes: [],
      transform: [{ name: 'constant', args: constantArgs(value), zone: 'kept', writes: constantTexts(value) }],
      nullRule: { kind: 'keep' },
      compile: () => () => value,
    }),
  };
}

function constantTexts(value: TargetValue): readonly (string | number | boolean)[] {
  return value === null || Buffer.isBuffer(value) ? [] : [value];
}

/** Tells null from `'null'` and bytes from their hex text. */
function constantArgs(value: TargetValue): readonly (string | number | boolean)[] {
  if (value === null) return [];
  return Buffer.isBuffer(value) ? ['hex', value.toString('hex')] : [value];
}

/** A field computed from several columns by a named function that meets their values in the order named, nulls included. */
export function computedField<Out>(
  columns: readonly string[],
  name: string,
  compute: (...values: never[]) => unknown,
): Field<Out> {
  return {
    bind: (property) => ({
      property,
      columns: columnNames(columns, property),
      asBytes: [],
      transform: [{ name, args: [], takesNulls: true }],
      nullRule: { kind: 'keep' },
      compile: ({ indexOf }) => {
        const indexes = columns.map(indexOf);
        const run = compute as (...values: LegacyValue[]) => TargetValue;
        return (row) => given(run(...indexes.map((index) => row[index] ?? null)));
      },
    }),
  };
}

/** Conversions may make a null of a value (`nullIf`), so the null rule is asked after the chain as well as before it. */
function columnReader(
  field: { readonly column: string; readonly chain: readonly AnyTransform[]; readonly nullRule: NullRule },
  context: FieldContext,
): Reader {
  const index = context.indexOf(field.column);
  const onNull = nullReader(field.nullRule, context);
  if (field.chain.length === 0) return (row) => row[index] ?? onNull();
  const convert = converter(field.chain, context);
  return (row) => {
    const value = row[index] ?? null;
    if (value === null) return onNull();
    return given(convert(value)) ?? onNull();
  };
}

function lookupReader(
  field: {
    readonly columns: readonly string[];
    readonly table: LookupTable;
    readonly chain: readonly AnyTransform[];
    readonly nullRule: NullRule;
  },
  context: FieldContext,
): Reader {
  const { nullRule, table } = field;
  const indexes = field.columns.map(context.indexOf);
  const onNull = nullReader(nullRule, context);
  const convert = converter(field.chain, context);
  const astray = `no row of ${lookupName(table)} with this ${table.key.join(', ')}`;
  return (row) => {
    const key = lookupKey(indexes.map((index) => row[index] ?? null));
    if (key === null) return onNull();
    const value = context.found(key);
    if (value === undefined && nullRule.kind !== 'default') throw new ValueRejected(astray);
    if (value === undefined || value === null) return onNull();
    return given(convert(value)) ?? onNull();
  };
}

function nullReader(rule: NullRule, { noteChange }: FieldContext): () => TargetValue {
  if (rule.kind === 'keep') return () => null;
  if (rule.kind === 'default') {
    return () => {
      noteChange(BY_DEFAULT);
      return rule.value;
    };
  }
  return () => {
    throw new ValueRejected('null where a value is required');
  };
}

/** A function of the user's own may forget to return, or calculate with what is no number: that is no null, and no value either. */
function given(value: TargetValue | undefined): TargetValue {
  if (value === undefined) throw new ValueRejected('conversion gave undefined');
  if (Number.isNaN(value)) throw new ValueRejected('conversion gave NaN');
  return value;
}

type Convert = (value: NonNullable<LegacyValue>) => TargetValue;

function converter(chain: readonly AnyTransform[], context: FieldContext): Convert {
  const [only, ...others] = chain.map((link) => counted(link, context));
  if (only === undefined || others.length === 0) return only ?? ((value) => value);
  return (value) => {
    let current: TargetValue = only(value);
    for (const link of others) {
      if (current === null) return null;
      current = link(current as NonNullable<LegacyValue>);
    }
    return current;
  };
}

function counted(link: AnyTransform, context: FieldContext): Convert {
  const { noteChange } = context;
  const convert = link as unknown as Convert;
  const choosing = link.choosing as ((value: NonNullable<LegacyValue>, field: FieldContext) => TargetValue) | undefined;
  if (choosing !== undefined) return (value) => choosing(value, context);
  if (link.alters === 'form') return convert;
  const kind = link.step.name;
  return (value) => {
    const result = convert(value);
    if (result !== value && !areSameBytes(value, result)) noteChange(kind);
    return result;
  };
}

function areSameBytes(before: TargetValue, after: TargetValue): boolean {
  return Buffer.isBuffer(before) && Buffer.isBuffer(after) && before.equals(after);
}
