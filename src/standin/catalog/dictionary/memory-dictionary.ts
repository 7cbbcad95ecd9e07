import type { Dictionary, ObjectName, Relation } from '../../sql/values/dictionary';
import type { OracleColumn } from '../../contract/translation';
import type { LoadedDictionary, StoredConstraint } from './load-dictionary';

/** The dictionary DDL needs: besides what queries ask, constraints and indexes. */
export interface CatalogDictionary extends Dictionary {
  constraintsOf(owner: string, table: string): readonly StoredConstraint[];
  namedConstraint(owner: string, name: string): StoredConstraint | undefined;
  /** The foreign keys that point to a key. */
  referencesTo(key: ObjectName): readonly StoredConstraint[];
  index(owner: string, name: string): { readonly table: string } | undefined;
}

const OWNER_PRIVILEGES: ReadonlySet<string> = new Set([
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'FLASHBACK',
  'ALTER',
  'REFERENCES',
  'INDEX',
]);
const ANY: Readonly<Record<string, readonly string[]>> = {
  'SELECT ANY TABLE': ['SELECT'],
  'FLASHBACK ANY TABLE': ['FLASHBACK'],
  'INSERT ANY TABLE': ['INSERT'],
  'UPDATE ANY TABLE': ['UPDATE'],
  'DELETE ANY TABLE': ['DELETE'],
  DBA: [...OWNER_PRIVILEGES],
};

function index<T>(rows: readonly T[], key: (row: T) => string): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [key(row), row]));
}

/** The loaded catalogue with the answers translation asks for. */
export class MemoryDictionary implements CatalogDictionary {
  readonly characterSet: string;
  readonly #relations: ReadonlyMap<string, Relation>;
  readonly #byOid: ReadonlyMap<number, Relation>;
  readonly #synonyms: ReadonlyMap<string, ObjectName>;
  readonly #sequences: ReadonlySet<string>;
  readonly #users: ReadonlySet<string>;
  readonly #constraints: ReadonlyMap<string, StoredConstraint>;
  readonly #indexes: ReadonlyMap<string, { readonly table: string }>;
  #nextName: number;

  constructor(private readonly loaded: LoadedDictionary) {
    this.characterSet = loaded.characterSet;
    this.#relations = index(loaded.relations, ({ owner, name }) => `${owner}.${name}`);
    this.#byOid = new Map(loaded.relations.map((relation) => [relation.oid, relation]));
    this.#synonyms = new Map(
      loaded.synonyms.map((row) => [`${row.owner}.${row.name}`, { owner: row.table_owner, name: row.table_name }]),
    );
    this.#sequences = new Set(loaded.sequences.map(({ owner, name }) => `${owner}.${name}`));
    this.#users = new Set(loaded.users);
    this.#constraints = index(loaded.constraints, ({ owner, name }) => `${owner}.${name}`);
    this.#indexes = new Map(loaded.indexes.map((row) => [`${row.owner}.${row.name}`, { table: row.table_name }]));
    this.#nextName = loaded.nextName;
  }

  relation(owner: string, name: string): Relation | undefined {
    return this.#relations.get(`${owner}.${name}`);
  }

  /** The type of a column found in a result by table oid and column number. */
  columnOf(oid: number, attnum: number): OracleColumn | undefined {
    return this.#byOid.get(oid)?.columns.find((column) => column.attnum === attnum);
  }

  synonym(owner: string, name: string): ObjectName | undefined {
    return this.#synonyms.get(`${owner}.${name}`);
  }

  sequence(owner: string, name: string): boolean {
    return this.#sequences.has(`${owner}.${name}`);
  }

  roles(user: string): ReadonlySet<string> {
    return new Set(this.loaded.roles.filter((row) => row.grantee === user).map((row) => row.role));
  }

  privileges(user: string, { owner, name }: ObjectName): ReadonlySet<string> {
    if (owner === user) return OWNER_PRIVILEGES;
    const roles = this.roles(user);
    const held = new Set([...roles].flatMap((role) => ANY[role] ?? []));
    for (const grant of this.loaded.grants) {
      const mine = grant.grantee === user || grant.grantee === 'PUBLIC' || roles.has(grant.grantee);
      if (mine && grant.owner === owner && grant.name === name) held.add(grant.privilege);
    }
    return held;
  }

  users(): ReadonlySet<string> {
    return this.#users;
  }

  generatedName(): string {
    this.#nextName += 1;
    return `SYS_C00${this.#nextName}`;
  }

  namedConstraint(owner: string, name: string): StoredConstraint | undefined {
    return this.#constraints.get(`${owner}.${name}`);
  }

  constraintsOf(owner: string, table: string): readonly StoredConstraint[] {
    return this.loaded.constraints.filter((one) => one.owner === owner && one.table === table);
  }

  referencesTo({ owner, name }: ObjectName): readonly StoredConstraint[] {
    return this.loaded.constraints.filter((one) => one.r_owner === owner && one.r_name === name);
  }

  index(owner: string, name: string): { readonly table: string } | undefined {
    return this.#indexes.get(`${owner}.${name}`);
  }
}
