import type { EntityContract } from '../../core/mapping/entity-contract';
import { sameTable } from '../../core/mapping/table-name';

interface Node {
  readonly entity: string;
  readonly parents: readonly string[];
}

/** Whether two names mean one table. */

/** Entities among `all` that the foreign keys of `contract` point to, each once; those of its own table are left out. */
export function parentsOf(
  contract: EntityContract,
  all: readonly { readonly entity: string; readonly contract: EntityContract }[],
): string[] {
  const parents = contract.relations.flatMap((relation) =>
    all.filter(
      (other) => !sameTable(other.contract.table, contract.table) && sameTable(other.contract.table, relation.parent),
    ),
  );
  return [...new Set(parents.map((parent) => parent.entity))];
}

/**
 * Parents before children, otherwise in the order given. Foreign keys are set aside during the load, so members of a cycle
 * may load in any order: they come in the order given once their other parents are out, but never before those in whose rows they
 * look values up (`lookedUpBy`), as far as these do not wait for each other.
 */
export function orderEntities<T extends Node>(
  nodes: readonly T[],
  lookedUpBy: (entity: string) => readonly string[] = () => [],
): T[] {
  const ordered: T[] = [];
  let waiting = [...nodes];
  while (waiting.length > 0) {
    const names = new Set(waiting.map((node) => node.entity));
    const among = (entities: readonly string[]): boolean => entities.some((entity) => names.has(entity));
    const ready = waiting.filter((node) => !among(node.parents));
    const first = waiting.findIndex((node) => !among(lookedUpBy(node.entity)));
    const next = ready.length > 0 ? ready : waiting.splice(Math.max(0, first), 1);
    ordered.push(...next);
    waiting = waiting.filter((node) => !next.includes(node));
  }
  return ordered;
}
