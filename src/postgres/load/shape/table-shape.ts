import { MigrationError } from '../../../core/errors';
import { storedAs } from '../../../core/canonical/narrowing';
import type { ChangeSite } from '../../../core/rows/change-tally';
import type { TableName } from '../../../core/ports/target';
import type { WritePlan } from '../../../core/ports/write-plan';
import { insertTriggers } from '../../catalogue/tree-triggers';
import { readColumns, type CatalogueColumn } from '../../catalogue/columns';
import { encodersOf, isByText } from '../../catalogue/encoders';
import { largeCheckFor } from '../../encode/large-cells';
import { binaryRowEncoder, type RowEncoder } from '../../encode/row-encoder';
import { mustBeWritten, refuseElsewhere, type KnownShape } from './hold-shape';
import { narrowedColumn, type NarrowedColumn } from './narrowed-values';
import { rowsOf } from '../../catalogue/rows-of';
import type { Session } from '../../session/session';
import { qualified } from '../../session/sql';
import { tableNow } from '../../catalogue/table-oid';
import { exactText } from '../../catalogue/exact-text';
import { storedType } from '../../types';

/** A column of a staging table: its name and type there, and the type it is cast to on the way into the target. */
interface StagedColumn {
  readonly name: string;
  readonly stagedAs: string;
  readonly castTo: string;
  /** By which its values are compared, where it is not the database's own. */
  readonly collation: string | null;
  readonly property: string;
}

/** What the loader of one table knows of it. */
export interface TableShape extends KnownShape {
  readonly table: TableName;
  /** SQL: its rows, see `rowsOf`. */
  readonly rows: string;
  readonly columns: readonly StagedColumn[];
  readonly encoder: RowEncoder;
  /** For the staging table, which takes as text what the server may refuse. */
  readonly stagedEncoder: RowEncoder;
  /** Whether a COPY can lead straight into the table. */
  readonly direct: boolean;
  /** Columns of types that only the server knows: what it stores for them is read back. */
  readonly byText: readonly ByTextColumn[];
  /** SQL by its alias: a row as `exactText` writes it. */
  readonly exactText: (alias: string) => Promise<string>;
  /** The real table behind a copy, where it has rows. */
  readonly beside: TableName | null;
  /** Columns that store less than some values have. */
  readonly narrowed: readonly NarrowedColumn[];
}

/** A column whose values the server alone can read. */
export interface ByTextColumn {
  readonly name: string;
  readonly position: number;
  /** How a value is counted that the server gives back otherwise than it was sent. */
  readonly site: ChangeSite;
}

/** Reads the live table and chooses the encoders. Throws LOAD_FAILED where the plan does not fit it. */
export async function readShape(session: Session, table: TableName, plan: WritePlan): Promise<TableShape> {
  const now = await tableNow(session, table);
  refuseElsewhere(qualified(table), now);
  const all = await readColumns(session, table);
  const columns = plan.columns.map((name) => writable(all, name, plan));
  const missing = all.filter((column) => mustBeWritten(column) && !plan.columns.includes(column.name));
  // A trigger may fill what the mapping leaves out; without one, every row would be refused.
  if (missing.length > 0 && (await insertTriggers(session, table)).length === 0) {
    throw columnsMissing(
      plan,
      missing.map(({ name }) => name),
    );
  }
  const encoders = columns.map((column) => ({
    nullable: column.nullable,
    ...encodersOf(column),
    large: column.builtIn ? largeCheckFor(column.type, column) : null,
  }));
  return {
    table,
    ...now,
    exactText: rememberedText(session, table),
    rows: await rowsOf(session, table),
    beside: null,
    catalogue: all,
    columns: columns.map((column, index) => ({
      ...stagedTypes(column, encoders[index]?.asText != null),
      name: column.name,
      property: plan.properties[index] ?? column.name,
    })),
    narrowed: columns.flatMap((column, index) => narrowedColumn(column, index, plan) ?? []),
    byText: columns.flatMap((column, index) => byTextColumn(column, index, plan)),
    direct: !encoders.some(({ staged }) => staged),
    encoder: binaryRowEncoder(encoders),
    stagedEncoder: binaryRowEncoder(encoders.map((each) => ({ ...each, encode: each.asText ?? each.encode }))),
  };
}

/** Asked of the server once: the types of columns stay what they are while the shape is held. */
function rememberedText(session: Session, table: TableName): TableShape['exactText'] {
  const known = new Map<string, string>();
  return async (alias) => {
    const text = known.get(alias) ?? (await exactText(session, table, alias));
    known.set(alias, text);
    return text;
  };
}

function stagedTypes(
  { castType, valueType, element, collation, maxLength }: CatalogueColumn,
  asText: boolean,
): Pick<StagedColumn, 'stagedAs' | 'castTo' | 'collation'> {
  // Padded as it will be stored, for a CHECK may count the blanks. Nothing is cut: the encoder has refused what is longer.
  const isPadded = storedType(valueType)?.kind === 'padded' && maxLength !== null;
  const castTo = isPadded ? `character(${maxLength})${element === null ? '' : '[]'}` : castType;
  return { stagedAs: asText ? 'text' : castTo, castTo, collation };
}

function byTextColumn(column: CatalogueColumn, position: number, plan: WritePlan): ByTextColumn[] {
  const { name, type } = column;
  if (!isByText(column)) return [];
  return [{ name, position, site: { property: plan.properties[position] ?? name, kind: storedAs(type) } }];
}

function writable(all: readonly CatalogueColumn[], name: string, plan: WritePlan): CatalogueColumn {
  const column = all.find((candidate) => candidate.name === name);
  if (column === undefined) throw columnUnknown(plan, name);
  if (column.generated === 'stored') throw columnGenerated(plan, name);
  return column;
}

const CHECK = 'Run `cutover check` and bring the mapping and the target schema into line.';

function columnUnknown({ entity, table }: WritePlan, column: string): MigrationError {
  return new MigrationError('LOAD_FAILED', `table ${qualified(table)} has no column ${column}`, {
    hint: CHECK,
    facts: { entity, column },
  });
}

function columnGenerated({ entity, table }: WritePlan, column: string): MigrationError {
  return new MigrationError(
    'LOAD_FAILED',
    `column ${column} of ${qualified(table)} is generated and cannot be written`,
    {
      hint: 'Leave the property out of the mapping: leftOut(…).',
      facts: { entity, column },
    },
  );
}

function columnsMissing({ entity, table }: WritePlan, columns: readonly string[]): MigrationError {
  const names = columns.join(', ');
  return new MigrationError('LOAD_FAILED', `nothing fills ${names} of ${qualified(table)}, which may not be null`, {
    hint: 'Map these columns, or give them a default in the target.',
    facts: { entity, columns: names },
  });
}
