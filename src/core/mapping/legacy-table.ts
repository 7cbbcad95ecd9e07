import { MigrationError } from '../errors';
import type { Transform } from './transform';
import { checkQuery } from './query-text';
import type { RestOfTable } from './rest';
import { columnField, computedField, constantField, lookupField } from './fields';
import type { KeyPart, Lookup, PropertyKey } from './lookup';
import { readSheet, type ColumnField, type ColumnKey, type Field, type LeftOut, type Sheet } from './sheet';
import type { OrphanPolicy, TableMapping, ValidationPolicy } from './table-mapping';
import type { TargetValue, Wire } from './wire';

type Filled<T> = Exclude<T, null | undefined>;
type Column<Row> = keyof Row & string;
type Nullness<Row, C extends keyof Row> = Extract<Row[C], null>;
/** What a conversion may be fed from a column: its text, or its bytes when the conversion reads bytes. */
type Fed<Row, C extends keyof Row> = Filled<Row[C]>;

/** The words a mapping is written in, bound to the row type of one legacy table. */
export interface LegacyTable<Row> {
  /** One column, through up to four conversions; a null stays null unless `.or(…)` or `.orReject()` follows. */
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
    <C extends Column<Row>, A, B, D, F>(
      column: C,
      first: Transform<Fed<Row, C>, A>,
      second: Transform<Filled<A>, B>,
      third: Transform<Filled<B>, D>,
      fourth: Transform<Filled<D>, F>,
    ): ColumnField<F | Extract<A, null> | Extract<B, null> | Extract<D, null> | Nullness<Row, C>>;
  };
  /** One column fetched as raw bytes, for text whose declared character set is wrong; `decode` reads the bytes. */
  readonly fromBytes: {
    <C extends Column<Row>, A>(column: C, decode: Transform<Buffer, A>): ColumnField<A | Nullness<Row, C>>;
    <C extends Column<Row>, A, B>(
      column: C,
      decode: Transform<Buffer, A>,
      then: Transform<Filled<A>, B>,
    ): ColumnField<B | Extract<A, null> | Nullness<Row, C>>;
    <C extends Column<Row>, A, B, D>(
      column: C,
      decode: Transform<Buffer, A>,
      then: Transform<Filled<A>, B>,
      last: Transform<Filled<B>, D>,
    ): ColumnField<D | Extract<A, null> | Extract<B, null> | Nullness<Row, C>>;
  };
  /** A value made of several columns. `name` carries the version of `compute`: `fullName@1`. */
  readonly computed: <const C extends readonly Column<Row>[], Out>(
    columns: C,
    name: string,
    compute: (...values: { [I in keyof C]: Row[C[I] & keyof Row] }) => Out,
  ) => Field<Out>;
  /**
   * The value that one column, or several, lead to in another table, through up to three conversions (two for several). A key that leads nowhere
   * turns the row away, unless `.or(…)` follows; a null stays null, as in `from`.
   */
  readonly lookup: {
    <C extends Column<Row>, V>(column: C, table: Lookup<[KeyPart<Row[C]>], V>): ColumnField<V | Nullness<Row, C>>;
    <C extends Column<Row>, V, A>(
      column: C,
      table: Lookup<[KeyPart<Row[C]>], V>,
      first: Transform<Filled<V>, A>,
    ): ColumnField<A | Extract<V, null> | Nullness<Row, C>>;
    <C extends Column<Row>, V, A, B>(
      column: C,
      table: Lookup<[KeyPart<Row[C]>], V>,
      first: Transform<Filled<V>, A>,
      second: Transform<Filled<A>, B>,
    ): ColumnField<B | Extract<A | V, null> | Nullness<Row, C>>;
    <C extends Column<Row>, V, A, B, D>(
      column: C,
      table: Lookup<[KeyPart<Row[C]>], V>,
      first: Transform<Filled<V>, A>,
      second: Transform<Filled<A>, B>,
      third: Transform<Filled<B>, D>,
    ): ColumnField<D | Extract<A | B | V, null> | Nullness<Row, C>>;
    <const C extends readonly Column<Row>[], V>(
      columns: C,
      table: Lookup<KeyParts<Row, C>, V>,
    ): ColumnField<V | Nullness<Row, C[number]>>;
    <const C extends readonly Column<Row>[], V, A>(
      columns: C,
      table: Lookup<KeyParts<Row, C>, V>,
      first: Transform<Filled<V>, A>,
    ): ColumnField<A | Extract<V, null> | Nullness<Row, C[number]>>;
  };
  /** The values of one column of this table by those of others, which must name one row: for the word `lookup` of other sheets. */
  readonly values: <V extends Column<Row>, const K extends readonly Column<Row>[]>(
    column: V,
    options: { readonly by: K },
  ) => Lookup<KeyParts<Row, K>, Row[V]>;
  /** The same value in every row. */
  readonly constant: <const Out extends TargetValue>(value: Out) => Field<Out>;
  /** A property that the database fills, and why. */
  readonly leftOut: (reason: string) => LeftOut;
  readonly mapTo: <E>(target: new () => E, sheet: Sheet<E>, options?: MappingOptions<E>) => TableMapping<E>;
}

/** The values of several columns as parts of one key. */
type KeyParts<Row, C extends readonly (keyof Row)[]> = { -readonly [I in keyof C]: KeyPart<Row[C[I] & keyof Row]> };

export interface MappingOptions<E> {
  /** Name on the command line; the entity's class name in lower camel case where absent. */
  readonly entity?: string;
  /** Oracle condition on the source; the rows it leaves out are counted as filtered. `rest()`: those that no other mapping takes. */
  readonly where?: string | RestOfTable;
  /** Why rows of the source that no mapping takes are left behind on purpose; without it a run that leaves some is not complete. */
  readonly rest?: string;
  /** What class-validator's verdict does; `reject` where absent. */
  readonly validation?: ValidationPolicy;
  /**
   * What happens to rows without a parent, by foreign-key property; `reject` where absent. A key of several columns goes by its first
   * property, or where two keys begin with the same one, by all: `'plantId+lineNo'`.
   */
  readonly orphans?: Readonly<Partial<Record<ColumnKey<E> | `${ColumnKey<E>}+${string}`, OrphanPolicy>>>;
}

/**
 * Starts the mapping of one legacy table: `source` is `TABLE` or `OWNER.TABLE`, `key` the columns that identify a row. Of a view `reads`
 * names the tables that it reads, so that they are known to be migrated.
 * @example const { from, mapTo } = legacyTable<CoilRow>('AB_COIL', { key: ['COIL_ID'] });
 */
export function legacyTable<Row extends object>(
  source: string,
  options: { readonly key: readonly Column<Row>[]; readonly reads?: readonly string[] },
): LegacyTable<Row> {
  return wordsFor<Row>({ source, ...options });
}

/**
 * Starts the mapping of a query that is read in place of a table. Every table and view in it stands in braces, where the SCN of the
 * run is put; `key` are columns that identify a row of its result; `reads` names the tables whose rows it migrates. Throws
 * MAPPING_INVALID where a table has no braces.
 * @example const { from, mapTo } = legacyQuery<Row>('TOTALS', { key: ['ID'], query: 'select ID, SUM(N) N from {AB_X} group by ID' });
 */
export function legacyQuery<Row extends object>(
  name: string,
  options: { readonly key: readonly Column<Row>[]; readonly query: string; readonly reads?: readonly string[] },
): Omit<LegacyTable<Row>, 'values'> {
  checkQuery(name, options.query);
  return wordsFor<Row>({ source: name, ...options });
}

/**
 * The values of one property of an entity by those of others, as they are in the target when the load of the mapping begins: entities
 * that fill the same table are loaded first. For the word `lookup`.
 */
export function targetValues<E, V extends ColumnKey<E>, const K extends readonly ColumnKey<E>[]>(
  target: new () => E,
  property: V,
  options: { readonly by: K },
): Lookup<{ -readonly [I in keyof K]: PropertyKey<E[K[I] & keyof E]> }, Wire<E[V]>> {
  return { table: { in: 'target', target, key: options.by, value: property } };
}

type Written = Pick<TableMapping, 'source' | 'query' | 'key' | 'reads'>;

function wordsFor<Row>(written: Written): LegacyTable<Row> {
  const from = (column: string, ...chain: Transform<never, unknown>[]): ColumnField<never> =>
    columnField(column, chain);
  const lookup = (
    columns: string | readonly string[],
    { table }: Lookup<never, unknown>,
    ...chain: Transform<never, unknown>[]
  ): ColumnField<never> => lookupField([columns].flat(), table, chain);
  return {
    from: from as unknown as LegacyTable<Row>['from'],
    fromBytes: from as unknown as LegacyTable<Row>['fromBytes'],
    lookup: lookup as unknown as LegacyTable<Row>['lookup'],
    values: (column, { by }) => ({ table: { in: 'legacy', source: written.source, key: by, value: column } }),
    computed: (columns, name, compute) => computedField(columns, name, compute as (...values: never[]) => unknown),
    constant: (value) => constantField(value),
    leftOut: (reason) => ({ leftOut: reason }),
    mapTo: (target, sheet, options = {}) =>
      mapped(written, target, { ...options, sheet: sheet as Readonly<Record<string, Field<unknown> | LeftOut>> }),
  };
}

interface Sheeted extends MappingOptions<never> {
  readonly sheet: Readonly<Record<string, Field<unknown> | LeftOut>>;
}

function mapped<E>(written: Written, target: new () => E, options: Sheeted): TableMapping<E> {
  return Object.freeze({
    entity: typeable(options.entity ?? lowerCamel(nameOf(target, written.source)), written.source),
    ...written,
    target,
    ...readSheet(options.sheet),
    ...conditionOf(options.where),
    ...(options.rest === undefined ? {} : { rest: reasonGiven(options.rest, written.source) }),
    validation: options.validation ?? 'reject',
    orphans: (options.orphans ?? {}) as Readonly<Record<string, OrphanPolicy>>,
  });
}

function conditionOf(where: MappingOptions<never>['where']): Pick<TableMapping, 'where' | 'takesRest'> {
  if (where === undefined) return {};
  return typeof where === 'string' ? { where } : { takesRest: true };
}

/** Rows are left behind for a reason that somebody can read. */
function reasonGiven(reason: string, source: string): string {
  if (reason.trim() === '') throw reasonMissing(source);
  return reason;
}

function reasonMissing(source: string): MigrationError {
  return new MigrationError('MAPPING_INVALID', `a mapping of ${source} leaves rows behind without a reason`, {
    hint: "Say why in a few words: rest: 'closed before 1990, kept in the archive'.",
    facts: { source },
  });
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

/** A name that options can take (`--entity`, `--where`, `--allow-triggers`) and that a line can show as it is. */
function typeable(entity: string, source: string): string {
  if (entity === '' || entity !== entity.trim() || /^-|[,="]|\p{C}|[\p{Zl}\p{Zp}]/u.test(entity)) {
    throw untypeable(entity, source);
  }
  return entity;
}

function untypeable(entity: string, source: string): MigrationError {
  const shown = JSON.stringify(entity).replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
  return new MigrationError('MAPPING_INVALID', `a mapping of ${source} has the entity name ${shown}`, {
    hint: 'Choose a name that options of a command can take: no blank at its ends, no dash at its beginning, and no comma, =, double quote or control character in it.',
    facts: { source },
  });
}

function lowerCamel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
