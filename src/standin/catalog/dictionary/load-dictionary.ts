import type { Client } from 'pg';
import type { Relation, StoredColumn } from '../../sql/values/dictionary';
import type { OracleColumn, Release } from '../../contract/translation';
import { DICTIONARY_VIEWS } from '../views/dictionary-views';
import { viewColumnType } from '../views/view-definition';

/** A key, index or foreign key as the dialect needs it to write DDL and to word errors. */
export interface StoredConstraint {
  readonly owner: string;
  readonly name: string;
  readonly table: string;
  readonly type: 'P' | 'U' | 'R' | 'C';
  readonly enabled: boolean;
  readonly columns: readonly string[];
  readonly generated: boolean;
  /** Text of a check. */
  readonly condition: string | null;
  /** Of a foreign key: the key it points to. */
  readonly r_owner: string | null;
  readonly r_name: string | null;
  readonly delete_rule: 'NO ACTION' | 'CASCADE' | 'SET NULL' | null;
  readonly deferrable: boolean;
  readonly deferred: boolean;
  readonly rely: boolean;
}

/** Everything refresh reads, as plain data. */
export interface LoadedDictionary {
  readonly characterSet: string;
  readonly relations: readonly Relation[];
  readonly synonyms: readonly { owner: string; name: string; table_owner: string; table_name: string }[];
  readonly sequences: readonly { owner: string; name: string }[];
  readonly grants: readonly { grantee: string; owner: string; name: string; privilege: string }[];
  readonly roles: readonly { grantee: string; role: string }[];
  readonly users: readonly string[];
  readonly constraints: readonly StoredConstraint[];
  readonly indexes: readonly { owner: string; name: string; table_name: string }[];
  readonly nextName: number;
}

interface AttributeRow {
  readonly owner: string;
  readonly relation: string;
  readonly oid: number;
  readonly name: string;
  readonly attnum: number;
}

interface ColumnRow {
  readonly owner: string;
  readonly table_name: string;
  readonly name: string;
  readonly type: OracleColumn['type'];
  readonly length: number | null;
  readonly char_used: 'B' | 'C' | null;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly nullable: boolean;
}

interface ObjectRow {
  readonly owner: string;
  readonly name: string;
  readonly type: string;
  readonly index_organised: boolean;
}

const ATTRIBUTES = `SELECT n.nspname AS owner, c.relname AS relation, c.oid::int8::float8 AS oid, a.attname AS name, a.attnum
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v')
    AND (n.nspname = 'SYS' OR n.nspname IN (SELECT username FROM "SYS".account)) ORDER BY c.oid, a.attnum`;

const CONSTRAINTS = `SELECT s.owner, s.name, s.table_name AS "table", s.type, s.enabled, s.generated, s.condition, s.r_owner, s.r_name,
    s.delete_rule, s."deferrable", s.deferred, s.rely,
    coalesce((SELECT array_agg(k.name ORDER BY k.position) FROM "SYS".constraint_column k
      WHERE k.owner = s.owner AND k.constraint_name = s.name), '{}') AS columns
  FROM "SYS".stored_constraint s`;

const LAST_NAME = String.raw`SELECT max(substr(name, 8)::int) AS last FROM "SYS".stored_constraint WHERE name ~ '^SYS_C00\d{5,9}$'`;

function keyed<T>(rows: readonly T[], key: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const map = new Map<string, T[]>();
  for (const row of rows) {
    const found = map.get(key(row));
    if (found === undefined) map.set(key(row), [row]);
    else found.push(row);
  }
  return map;
}

function storedColumn(row: ColumnRow, attnum: number): StoredColumn {
  return {
    name: row.name,
    type: row.type,
    ...(row.length === null ? {} : { length: row.length }),
    ...(row.char_used === null ? {} : { charUsed: row.char_used }),
    ...(row.precision === null ? {} : { precision: row.precision }),
    ...(row.scale === null ? {} : { scale: row.scale }),
    nullable: row.nullable,
    attnum,
  };
}

function dictionaryRelations(
  attributes: ReadonlyMap<string, readonly AttributeRow[]>,
  release: Release,
): readonly Relation[] {
  const dual: StoredColumn = { name: 'DUMMY', type: 'VARCHAR2', length: 1, charUsed: 'B', nullable: true, attnum: 1 };
  const base = { owner: 'SYS', kind: 'dictionary' as const, indexOrganised: false };
  const views = [...DICTIONARY_VIEWS.values()].map((view): Relation => {
    const columns = view.columns.map((column, index): StoredColumn => ({
      ...viewColumnType(column, release),
      attnum: index + 1,
      ...(column.since12 ? { since12: true } : {}),
      ...(column.takesScn ? { takesScn: true } : {}),
    }));
    return {
      ...base,
      name: view.name,
      restricted: view.restricted,
      oid: attributes.get(`SYS.${view.name}`)?.[0]?.oid ?? 0,
      columns,
    };
  });
  return [
    ...views,
    { ...base, name: 'DUAL', restricted: false, oid: attributes.get('SYS.DUAL')?.[0]?.oid ?? 0, columns: [dual] },
  ];
}

function userRelations(
  objects: readonly ObjectRow[],
  attributes: ReadonlyMap<string, readonly AttributeRow[]>,
  columns: readonly ColumnRow[],
): readonly Relation[] {
  const byColumn = new Map(columns.map((row) => [`${row.owner}.${row.table_name}.${row.name}`, row]));
  return objects.map(({ owner, name, type, index_organised: indexOrganised }): Relation => {
    const own = attributes.get(`${owner}.${name}`) ?? [];
    const stored = own.flatMap((attribute) => {
      const row = byColumn.get(`${owner}.${name}.${attribute.name}`);
      return row === undefined ? [] : [storedColumn(row, attribute.attnum)];
    });
    const kind = type === 'VIEW' ? 'view' : 'table';
    return { owner, name, kind, oid: own[0]?.oid ?? 0, columns: stored, indexOrganised, restricted: false };
  });
}

/** Reads the whole catalogue. */
export async function loadDictionary(client: Client, release: Release): Promise<LoadedDictionary> {
  const rows = async <T>(sql: string): Promise<readonly T[]> => (await client.query(sql)).rows as T[];
  const attributes = keyed(await rows<AttributeRow>(ATTRIBUTES), (row) => `${row.owner}.${row.relation}`);
  const objects = await rows<ObjectRow>(
    `SELECT owner, name, type, index_organised FROM "SYS".object WHERE type IN ('TABLE', 'VIEW')`,
  );
  const columns = await rows<ColumnRow>('SELECT * FROM "SYS".stored_column');
  const [settings] = await rows<{ value: string }>(`SELECT value FROM "SYS".setting WHERE name = 'NLS_CHARACTERSET'`);
  const [sequence] = await rows<{ last: number | null }>(LAST_NAME);
  const users = await rows<{ username: string }>('SELECT username FROM "SYS".account');
  return {
    characterSet: settings?.value ?? 'US7ASCII',
    relations: [...dictionaryRelations(attributes, release), ...userRelations(objects, attributes, columns)],
    synonyms: await rows('SELECT * FROM "SYS".synonym'),
    sequences: await rows('SELECT owner, name FROM "SYS".stored_sequence'),
    grants: await rows('SELECT grantee, owner, name, privilege FROM "SYS".object_grant'),
    roles: await rows('SELECT grantee, role FROM "SYS".granted_role'),
    users: users.map((user) => user.username),
    constraints: await rows<StoredConstraint>(CONSTRAINTS),
    indexes: await rows('SELECT owner, name, table_name FROM "SYS".stored_index'),
    nextName: sequence?.last ?? 10000,
  };
}
