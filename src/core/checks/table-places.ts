import type { Issue } from '../issues';
import type { NamedRelation } from '../ports/named-relation';
import { type TableName, plainName } from '../mapping/table-name';

/** Where the tables of entities that name no schema are. */
export interface TablePlaces {
  /** By table name: the schema in which the session finds it; the current one for what it does not find, wherever else that is. */
  readonly schemas: Readonly<Record<string, string>>;
  /** By table name: what else it could mean, the one that the session finds first. */
  readonly rivals: ReadonlyMap<string, readonly NamedRelation[]>;
}

/** What holds rows, so that somebody may have meant it. */
const HOLDS_ROWS: readonly NamedRelation['kind'][] = [
  'table',
  'partitioned table',
  'partition',
  'foreign table',
  'view',
  'materialized view',
];

/** What a session says of its tables. */
interface Looked {
  readonly relations: readonly NamedRelation[];
  readonly currentSchema: string;
}

/** Resolves table names as the session's search_path does, and tells which of them could mean something else as well. */
export function placesOf(names: readonly string[], { relations, currentSchema }: Looked): TablePlaces {
  const schemas: Record<string, string> = {};
  const rivals = new Map<string, readonly NamedRelation[]>();
  for (const name of names) {
    const all = relations.filter(({ table }) => table.name === name);
    const found = all.filter(({ place }) => place !== null).sort((a, b) => (a.place ?? 0) - (b.place ?? 0))[0];
    schemas[name] = found?.table.schema ?? currentSchema;
    if (found === undefined) continue;
    const others = all.filter((other) => other !== found && HOLDS_ROWS.includes(other.kind));
    if (others.length > 0 || !HOLDS_ROWS.includes(found.kind)) rivals.set(name, [found, ...others]);
  }
  return { schemas, rivals };
}

/** A table that an entity's rows go to or refer to. */
export interface MeantTable {
  /** The entity, or its property. */
  readonly subject: string;
  readonly table: TableName;
}

/** An error for each table that could be another one as well: nobody but the user knows which is meant. */
export function ambiguousTables(meant: readonly MeantTable[], { schemas, rivals }: TablePlaces): readonly Issue[] {
  return meant.flatMap(({ subject, table: { schema, name } }): Issue[] => {
    const candidates = rivals.get(name);
    if (candidates === undefined || schemas[name] !== schema) return [];
    return [
      {
        code: 'TARGET_TABLE_AMBIGUOUS',
        level: 'error',
        subject,
        message: `the entity of ${name} names no schema, and the target has ${listed(candidates)}; search_path leads to the first`,
        hint: schemaHint(candidates.map(({ table }) => table.schema)),
      },
    ];
  });
}

/** `app.seqd (table) and public.seqd (view)` */
function listed(relations: readonly NamedRelation[]): string {
  return relations.map(({ table, kind }) => `${plainName(table)} (${kind})`).join(' and ');
}

function schemaHint(schemas: readonly string[]): string {
  const [first = 'public', ...others] = schemas;
  const or = others.length === 0 ? '' : ` (or ${others.map((other) => `'${other}'`).join(', ')})`;
  return `Name the schema that is meant: schema: '${first}'${or} in cutover.config.ts, as in the application's DataSource, or @Entity({ schema: '${first}' }).`;
}

/** What to do about a table that is not there; `elsewhere`: what has its name in other schemas, or in another case. */
export function missingHint({ schema, name }: TableName, elsewhere: readonly NamedRelation[]): string {
  const others = elsewhere.filter(({ table, kind }) => HOLDS_ROWS.includes(kind) && table.schema !== schema);
  const cased = elsewhere.filter(({ table }) => table.schema === schema && table.name !== name);
  const migrations = "Run the application's migrations against the target first";
  const there = [...others, ...cased];
  if (there.length === 0) {
    return `${migrations}; if its tables are in another schema, name it: schema in cutover.config.ts, or @Entity({ schema }).`;
  }
  return `The target has ${listed(there)}. ${others.length > 0 ? schemaHint(others.map(({ table }) => table.schema)) : `Correct the name of the table, or the naming strategy.`} Else: ${migrations.toLowerCase()}.`;
}
