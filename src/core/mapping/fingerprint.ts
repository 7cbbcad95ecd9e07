import { createHash } from 'node:crypto';
import type { EntityColumn, EntityContract, EntityRelation } from './entity-contract';
import type { FieldMapping, TableMapping } from './table-mapping';
import type { TargetValue } from './wire';

/**
 * What a mapping does, as 16 hex digits: two mappings with the same fingerprint load the same rows. Made of names and
 * arguments, never of the text of functions; a conversion of one's own therefore carries a version in its name. The order of
 * the fields in the sheet, of the properties left out and of the orphan policies does not matter. `rules` are the entity's own, as text.
 */
export function fingerprintOf(mapping: TableMapping, contract: EntityContract, rules: readonly string[] = []): string {
  const fields = mapping.fields.map((field) => fieldFacts(field, contract, finish));
  return hashed({
    ...mappingFacts(mapping, contract, fields),
    ...(mapping.query === undefined ? {} : { query: mapping.query }),
    relations: byName(contract.relations, ({ property }) => property).map(relationFacts),
    rules: [...rules].sort(),
  });
}

export interface EarlierFingerprint {
  readonly fingerprint: string;
  /** What it does not cover, and that of today does, in words. */
  readonly lacks: string;
}

/**
 * The fingerprints that earlier builds gave the same mapping, by formulas that covered neither relations nor rules, and at first no column
 * transformers: what a run that they began has in the ledger. Never take one away: somebody's run is unfinished.
 */
export function earlierFingerprintsOf(mapping: TableMapping, contract: EntityContract): readonly EarlierFingerprint[] {
  // Mappings over queries came with the formula of today.
  if (mapping.query !== undefined) return [];
  const by = (end: ColumnEnd): string =>
    hashed(
      mappingFacts(
        mapping,
        contract,
        mapping.fields.map((field) => fieldFacts(field, contract, end)),
      ),
    );
  return [
    { fingerprint: by(() => []), lacks: 'relations, validation rules or column transformers' },
    { fingerprint: by(finish), lacks: 'relations or validation rules' },
  ];
}

function hashed(facts: object): string {
  return createHash('sha256').update(canonicalJson(facts)).digest('hex').slice(0, 16);
}

function mappingFacts(mapping: TableMapping, contract: EntityContract, fields: readonly FieldFacts[]): object {
  return {
    entity: mapping.entity,
    source: mapping.source,
    where: mapping.where ?? null,
    key: mapping.key,
    table: contract.table,
    fields: byName(fields, ({ property }) => property),
    leftOut: mapping.leftOut.map((entry) => entry.property).sort(),
    validation: mapping.validation,
    orphans: mapping.orphans,
  };
}

function relationFacts({ columns, parent, parentColumns }: EntityRelation): unknown {
  return [columns, parent, parentColumns];
}

/** What a formula says of a column beside its type: nothing, or whether a transformer has the last word. */
type ColumnEnd = (column: EntityColumn) => readonly string[];

interface FieldFacts {
  readonly property: string;
}

function fieldFacts(
  field: FieldMapping,
  contract: EntityContract,
  end: ColumnEnd,
): FieldFacts & Readonly<Record<string, unknown>> {
  const column = contract.columns.find((candidate) => candidate.property === field.property);
  return {
    property: field.property,
    columns: field.columns,
    asBytes: [...field.asBytes].sort(),
    transform: field.transform.map(({ name, args }) => [name, ...args]),
    nullRule: field.nullRule.kind === 'default' ? ['default', plain(field.nullRule.value)] : [field.nullRule.kind],
    target: column
      ? [column.column, column.type, column.length, column.precision, column.scale, column.nullable, ...end(column)]
      : null,
  };
}

/** Whether the entity's column transformer has the last word; which one cannot be told. */
function finish({ toDatabase }: EntityColumn): readonly string[] {
  return [toDatabase === null ? 'as mapped' : 'transformed'];
}

function byName<T>(items: readonly T[], nameOf: (item: T) => string): readonly T[] {
  return [...items].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function plain(value: TargetValue): unknown {
  return Buffer.isBuffer(value) ? { hex: value.toString('hex') } : value;
}

/** JSON with the keys of every object in order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
