import { MigrationError } from '../errors';
import type { Transform } from '../transforms/transform';
import { columnField, computedField, constantField } from './fields';
import { readSheet, type ColumnField, type ColumnKey, type Field, type LeftOut, type Sheet } from './sheet';
import type { OrphanPolicy, TableMapping, ValidationPolicy } from './table-mapping';
import type { TargetValue } from './wire';

type Filled<T> = Exclude<T, null | undefined>;
type Column<Row> = keyof Row & string;
type Nullness<Row, C extends keyof Row> = Extract<Row[C], null>;
/** What a conversion may be fed from a column: its text, or its bytes when the conversion reads bytes. */
type Fed<Row, C extends keyof Row> = Filled<Row[C]>;

/** The words a mapping is written in, bound to the row type of one legacy table. */
export interface LegacyTable<Row> {
  /** One column, through up to three conversions; a null stays null unless `.or(…)` or `.orReject()` follows. */
  readonly from: {
    <C extends Column<Row>>(column: C): ColumnField<Row[C]>;
    <C extends Column<Row>, A>(column: C, first: Transform<Fed<Row, C>, A>): ColumnField<A | Nullness<Row, C>>;
    <C extends Column<Row>, A, B>(
      column: C,
      first: Transform<Fed<Row, C>, A>,
      second: Transform<Filled<A>, B>,
    ): ColumnField<B | Extract<A, null> | Nullness<Row, C>>;
    <C extends Column<Row>, A, B, D>(
      column: C,
      first: Transform<Fed<Row, C>, A>,
      second: Transform<Filled<A>, B>,
      third: Transform<Filled<B>, D>,
    ): ColumnField<D | Extract<A, null> | Extract<B, null> | Nullness<Row, C>>;
  };
  /** One column fetched as raw bytes, for text whose declared character set is wrong; `decode` reads the bytes. */
  readonly fromBytes: {
    <C extends Column<Row>, A>(column: C, decode: Transform<Buffer, A>): ColumnField<A | Nullness<Row, C>>;
    <C extends Column<Row>, A, B>(
      column: C,
      decode: Transform<Buffer, A>,
      then: Transform<Filled<A>, B>,
    ): ColumnField<B | Extract<A, null> | Nullness<Row, C>>;
  };
  /** A value made of several columns. `name` carries the version of `compute`: `fullName@1`. */
  readonly computed: <const C extends readonly Column<Row>[], Out>(
    columns: C,
    name: string,
    compute: (...values: { [I in keyof C]: Row[C[I] & keyof Row] }) => Out,
  ) => Field<Out>;
  /** The same value in every row. */
  readonly constant: <const Out extends TargetValue>(value: Out) => Field<Out>;
  /** A property that the database fills, and why. */
  readonly leftOut: (reason: string) => LeftOut;
  readonly mapTo: <E>(target: new () => E, sheet: Sheet<E>, options?: MappingOptions<E>) => TableMapping<E>;
}

export interface MappingOptions<E> {
  /** Name on the command line; the entity's class name in lower camel case where absent. */
  readonly entity?: string;
  /** Oracle condition on the source; the rows it leaves out are counted as filtered. */
  readonly where?: string;
  /** What class-validator's verdict does; `reject` where absent. */
  readonly validation?: ValidationPolicy;
  /** What happens to rows without a parent, by foreign-key property; `reject` where absent. */
  readonly orphans?: Readonly<Partial<Record<ColumnKey<E>, OrphanPolicy>>>;
}

/**
 * Starts the mapping of one legacy table: `source` is `TABLE` or `OWNER.TABLE`, `key` the columns that identify a row.
 * @example const { from, mapTo } = legacyTable<CoilRow>('AB_COIL', { key: ['COIL_ID'] });
 */
export function legacyTable<Row extends object>(
  source: string,
  options: { readonly key: readonly Column<Row>[] },
): LegacyTable<Row> {
  const from = (column: string, ...chain: Transform<never, unknown>[]): ColumnField<never> =>
    columnField(column, chain);
  return {
    from: from as unknown as LegacyTable<Row>['from'],
    fromBytes: from as unknown as LegacyTable<Row>['fromBytes'],
    computed: (columns, name, compute) => computedField(columns, name, compute as (...values: never[]) => unknown),
    constant: (value) => constantField(value),
    leftOut: (reason) => ({ leftOut: reason }),
    mapTo: (target, sheet, mapping = {}) =>
      Object.freeze({
        entity: mapping.entity ?? lowerCamel(nameOf(target, source)),
        source,
        key: options.key,
        target,
        ...readSheet(sheet as Readonly<Record<string, Field<unknown> | LeftOut>>),
        ...(mapping.where === undefined ? {} : { where: mapping.where }),
        validation: mapping.validation ?? 'reject',
        orphans: (mapping.orphans ?? {}) as Readonly<Record<string, OrphanPolicy>>,
      }),
  };
}

/** An import that leads nowhere (a cycle of files, a misspelt name) is undefined at run time, whatever its type says. */
function nameOf(target: (new () => unknown) | undefined, source: string): string {
  if (target === undefined) throw targetMissing(source);
  return target.name;
}

function targetMissing(source: string): MigrationError {
  return new MigrationError('MAPPING_INVALID', `the mapping of ${source} names an entity class that is undefined`, {
    hint: 'Correct the import of the class; two files that import each other leave it undefined, too.',
    facts: { source },
  });
}

function lowerCamel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
