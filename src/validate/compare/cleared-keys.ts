import type { EntityContract, EntityRelation } from '../../core/entity-contract';
import type { ParentQuestion, TargetReader } from '../../core/ports/target-reader';
import type { LoadPlan } from '../../core/ports/target';

type MutableRow = (string | null)[];

/** Clears, in rows that should be in the target, the foreign keys that the policy `null` cleared there. */
export type ClearOrphans = (rows: readonly MutableRow[]) => Promise<void>;

interface Relation {
  readonly question: ParentQuestion;
  /** Positions in the row, in the order of the parent's columns. */
  readonly positions: readonly number[];
  /** Those that can be null. */
  readonly clearable: readonly number[];
}

/**
 * `cleared` are the properties of relations whose orphans the run has cleared. A row is an orphan when its reference is complete and the
 * target has no such parent: the rule by which the run has cleared it.
 */
export function orphanClearing(
  reader: Pick<TargetReader, 'parentless'>,
  { contract, load }: { readonly contract: EntityContract; readonly load: LoadPlan },
  cleared: ReadonlySet<string>,
): ClearOrphans {
  const relations = contract.relations
    .filter(({ property }) => cleared.has(property))
    .flatMap((relation) => relationOf(relation, { contract, load }));
  return async (rows) => {
    for (const relation of relations) await clearOne(reader, relation, rows);
  };
}

function relationOf(
  { columns, parent, parentColumns }: EntityRelation,
  { contract, load }: { readonly contract: EntityContract; readonly load: LoadPlan },
): Relation[] {
  const positions = columns.map((column) => load.columns.indexOf(column));
  if (positions.includes(-1)) return [];
  const nullable = new Set(contract.columns.filter((column) => column.nullable).map(({ column }) => column));
  const clearable = positions.filter((position) => nullable.has(load.columns[position] ?? ''));
  return [{ question: { columns, parent, parentColumns }, positions, clearable }];
}

async function clearOne(
  reader: Pick<TargetReader, 'parentless'>,
  { question, positions, clearable }: Relation,
  rows: readonly MutableRow[],
): Promise<void> {
  const byKey = new Map<string, { readonly key: string[]; readonly rows: MutableRow[] }>();
  for (const row of rows) {
    const key = positions.flatMap((position) => row[position] ?? []);
    if (key.length < positions.length) continue;
    const id = key.join('\0');
    const group = byKey.get(id) ?? { key, rows: [] };
    group.rows.push(row);
    byKey.set(id, group);
  }
  if (byKey.size === 0) return;
  const groups = [...byKey.values()];
  const orphaned = await reader.parentless(
    question,
    groups.map(({ key }) => key),
  );
  groups.forEach((group, index) => {
    if (orphaned[index] !== true) return;
    for (const row of group.rows) for (const position of clearable) row[position] = null;
  });
}
