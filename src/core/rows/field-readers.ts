import { isSameValue } from '../canonical/same-value';
import { catalogueName, targetType } from '../canonical/target-types';
import type { EntityColumn, EntityContract } from '../mapping/entity-contract';
import { MigrationError, ValueRejected } from '../errors';
import type { FieldMapping } from '../mapping/table-mapping';
import type { LegacyRow, LegacyValue, TargetValue } from '../mapping/wire';
import type { ReadPlan } from '../ports/legacy-source';
import { readAs, rowIndexOf } from './read-plan';

/** One field, compiled for the row arrays of a plan. */
export interface FieldReader {
  readonly property: string;
  readonly read: (row: LegacyRow) => TargetValue;
  /** The entity's column forbids null, and no column transformer comes that could fill it. */
  readonly required: boolean;
  /** The entity's column transformer, asked after the entity's rules; null where there is none. */
  readonly finish: Finish | null;
}

interface Finish {
  readonly write: (value: TargetValue) => TargetValue;
  /** Whether a column transformer has made another value of it, not TypeORM another writing. */
  readonly alters: (before: TargetValue, after: TargetValue) => boolean;
}

export interface FieldReaderContext {
  readonly plan: ReadPlan;
  readonly contract: EntityContract | null;
  readonly noteChange: (property: string, kind: string) => void;
  /** What was looked up for the rows under way. */
  readonly found: (property: string, key: string) => LegacyValue | undefined;
}

/** Compiles one field. Throws MAPPING_INVALID where it asks for a column that it does not list, so that none reads as null. */
export function fieldReader(field: FieldMapping, context: FieldReaderContext): FieldReader {
  const { property } = field;
  const column = context.contract?.columns.find((candidate) => candidate.property === property);
  return {
    property,
    read: field.compile({
      indexOf: (name) => indexIn(context.plan, field, name),
      noteChange: (kind) => {
        context.noteChange(property, kind);
      },
      found: (key) => context.found(property, key),
      holds: column === undefined ? null : (targetType(catalogueName(column.type))?.holds ?? null),
    }),
    required: column?.nullable === false && column.toDatabase === null,
    finish: column?.toDatabase ? finishOf(column.toDatabase, column.written ?? null) : null,
  };
}

function indexIn(plan: ReadPlan, field: FieldMapping, name: string): number {
  const index = rowIndexOf(plan, name, readAs(field, name));
  if (index === -1) throw columnNotRead(plan.entity, field.property, name);
  return index;
}

/** Why a conversion turned a row away. A conversion that crashes has met a value it does not know: its error may quote it. */
export function reasonOf(error: unknown): string {
  if (error instanceof ValueRejected) return error.reason;
  return `conversion failed: ${error instanceof Error ? error.name : typeof error}`;
}

function finishOf(
  toDatabase: NonNullable<EntityColumn['toDatabase']>,
  written: NonNullable<EntityColumn['written']> | null,
): Finish {
  return {
    write: (value) => wireValue(toDatabase(value)),
    alters: (before, after) => {
      if (isSameValue(before, after)) return false;
      return written === null || !isSameValue(wireValue(written(before)), after);
    },
  };
}

function wireValue(value: unknown): TargetValue {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '+00:00');
  if (value instanceof Uint8Array) return Buffer.isBuffer(value) ? value : Buffer.from(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'object') return JSON.stringify(value);
  return value as TargetValue;
}

function columnNotRead(entity: string, property: string, column: string): MigrationError {
  return new MigrationError(
    'MAPPING_INVALID',
    `${entity}.${property} asks for ${column}, which its field does not list`,
    {
      hint: 'Name every column that the field reads in its `columns`.',
      facts: { entity, property, column },
    },
  );
}
