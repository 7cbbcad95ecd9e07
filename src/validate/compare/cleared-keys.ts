import type { EntityContract, EntityRelation } from '../../core/mapping/entity-contract';
import type { ParentQuestion, TargetReader } from '../../core/ports/target-reader';
import type { WritePlan } from '../../core/ports/write-plan';

type MutableRow = (string | null)[];

/** References of one relation that were cleared: in which rows. */
export interface Cleared {
  readonly property: string;
  readonly indexes: readonly number[];
}

/** Clears, in rows that should be in the target, the foreign keys that the policy `null` cleared there. */
export type ClearOrphans = (rows: readonly MutableRow[]) => Promise<readonly Cleared[]>;

interface Relation {
  readonly property: string;
  readonly question: ParentQuestion;
  /** Positions in the row, in the order of the parent's columns. */
  readonly positions: readonly number[];
  /** A reference that is null in part has no parent. */
  readonly isFull: boolean;
  /** Those that can be null. */
  readonly clearable: readonly number[];
}

/**
 * `cleared` are the properties of relations whose orphans the run has cleared. A row is an orphan when its reference is complete and the
 * target has no such parent: the rule by which the run has cleared it.
 */
export function orphanClearing(
  reader: Pick<TargetReader, 'parentless'>,
  { contract, load }: { readonly contract: EntityContract; readonly load: WritePlan },
  cleared: ReadonlySet<string>,
): ClearOrphans {
  const relations = contract.relations
    .filter(({ property }) => cleared.has(property))
    .flatMap((relation) => relationOf(relation, { contract, load }));
  return async (rows) => {
    const cleared: Cleared[] = [];
    for (const relation of relations) {
      const indexes = await clearOne(reader, relation, rows);
      cleared.push({ property: relation.property, indexes });
    }
    return cleared;
  };
}

function relationOf(
  { property, columns, parent, parentColumns, match }: EntityRelation,
  { contract, load }: { readonly contract: EntityContract; readonly load: WritePlan },
): Relation[] {
  const positions = columns.map((column) => load.columns.indexOf(column));
  if (positions.includes(-1)) return [];
  const nullable = new Set(contract.columns.filter((column) => column.nullable).map(({ column }) => column));
  const clearable = positions.filter((position) => nullable.has(load.columns[position] ?? ''));
  return [{ property, question: { columns, parent, parentColumns }, positions, isFull: match === 'full', clearable }];
}

async function clearOne(
  reader: Pick<TargetReader, 'parentless'>,
  { question, positions, isFull, clearable }: Relation,
  rows: readonly MutableRow[],
): Promise<readonly number[]> {
  const { byKey, inPart } = referencesOf(rows, positions);
  const groups = [...byKey.values()];
  const keys = groups.map(({ key }) => key);
  const orphaned = keys.length === 0 ? [] : await reader.parentless(question, keys);
  const cleared = [
    ...(isFull ? inPart : []),
    ...groups.filter((_, nth) => orphaned[nth] === true).flatMap(({ indexes }) => indexes),
  ];
  for (const index of cleared) for (const position of clearable) (rows[index] ?? [])[position] = null;
  return cleared;
}

interface References {
  /** Rows by what they refer to. */
  readonly byKey: ReadonlyMap<string, { readonly key: string[]; readonly indexes: number[] }>;
  /** Rows whose reference is null in part. */
  readonly inPart: readonly number[];
}

function referencesOf(rows: readonly MutableRow[], positions: readonly number[]): References {
  const inPart: number[] = [];
  const byKey = new Map<string, { readonly key: string[]; readonly indexes: number[] }>();
  for (const [index, row] of rows.entries()) {
    const key = positions.flatMap((position) => row[position] ?? []);
    if (key.length < positions.length) {
      if (key.length > 0) inPart.push(index);
      continue;
    }
    const id = key.join('\0');
    const group = byKey.get(id) ?? { key, indexes: [] };
    group.indexes.push(index);
    byKey.set(id, group);
  }
  return { byKey, inPart };
}
