import { MigrationError } from '../../core/errors';
import type { LegacyRow } from '../../core/mapping/wire';
import type { SourceColumn, SourceName, SourceTable } from '../../core/ports/legacy-source';
import type { OracleSession } from '../session/driver';
import { queryRows, type Sessions } from '../session/sessions';
import { findObject, findStorage, findSynonym, listColumns, listPrimaryKey } from '../sql/dictionary-statements';
import { describeQuery } from './describe-query';
import type { ResolvedName } from '../sql/statement';

/** A table or view with what decides how it is read. */
export interface TableFacts {
  readonly table: SourceTable;
  /** Null unless it is a heap table in one segment: only then do ROWIDs follow the blocks. */
  readonly dataObjectId: number | null;
}

/** The dictionary, as far as the session's user may see it (ALL_ views). */
export interface Dictionary {
  /** Null where no such table or view is visible. */
  look(name: SourceName): Promise<TableFacts | null>;
  /** The same, remembered; throws SOURCE_READ_FAILED where there is none. */
  need(name: SourceName): Promise<TableFacts>;
}

/** Synonyms may point to synonyms; a longer chain is a circle. */
const LONGEST_CHAIN = 8;

export function openDictionary(sessions: Sessions, schema: string): Dictionary {
  const known = new Map<string, Promise<TableFacts | null>>();
  const look = (name: SourceName): Promise<TableFacts | null> => {
    const found = sessions.use(`looking up ${show(name)}`, (session) => lookUp(session, name, schema));
    known.set(keyOf(name), found);
    return found;
  };
  return {
    look,
    need: async (name) => {
      const remembered = known.get(keyOf(name))?.catch(() => null);
      const facts = (await remembered) ?? (await look(name));
      if (facts === null) throw notVisible(name);
      return facts;
    },
  };
}

function keyOf({ owner, name, query }: SourceName): string {
  return JSON.stringify([owner, name, query]);
}

async function lookUp(session: OracleSession, name: SourceName, schema: string): Promise<TableFacts | null> {
  if (name.query !== undefined) {
    const table = await describeQuery(session, { owner: schema, name: name.name, query: name.query });
    return { table, dataObjectId: null };
  }
  const resolved = await resolve(session, { owner: name.owner ?? schema, name: name.name }, LONGEST_CHAIN);
  const found = resolved ?? (name.owner === null ? await followPublic(session, name.name) : null);
  return found === null ? null : describe(session, found);
}

interface FoundObject {
  readonly name: ResolvedName;
  readonly kind: SourceTable['kind'];
  readonly dataObjectId: number | null;
}

/** A name is taken as written first, then in upper case as Oracle stores unquoted ones. */
async function resolve(session: OracleSession, name: ResolvedName, hops: number): Promise<FoundObject | null> {
  for (const spelling of spellings(name)) {
    const [object] = await queryRows(session, findObject(spelling));
    if (object !== undefined) return objectOf(spelling, object);
  }
  for (const spelling of spellings(name)) {
    const found = await follow(session, spelling, hops);
    if (found !== null) return found;
  }
  return null;
}

function followPublic(session: OracleSession, name: string): Promise<FoundObject | null> {
  return resolve(session, { owner: 'PUBLIC', name }, LONGEST_CHAIN);
}

async function follow(session: OracleSession, name: ResolvedName, hops: number): Promise<FoundObject | null> {
  const [synonym] = await queryRows(session, findSynonym(name));
  if (synonym === undefined || hops === 0) return null;
  const [owner, target, link] = synonym;
  if (link !== null && link !== undefined) throw remoteTable(name);
  return resolve(session, { owner: text(owner), name: text(target) }, hops - 1);
}

function spellings({ owner, name }: ResolvedName): ResolvedName[] {
  const upper = { owner: owner.toUpperCase(), name: name.toUpperCase() };
  return upper.owner === owner && upper.name === name ? [upper] : [{ owner, name }, upper];
}

function objectOf(name: ResolvedName, [kind, dataObjectId]: LegacyRow): FoundObject {
  return { name, kind: kind === 'VIEW' ? 'view' : 'table', dataObjectId: number(dataObjectId) };
}

async function describe(session: OracleSession, found: FoundObject): Promise<TableFacts> {
  const columns = await queryRows(session, listColumns(found.name));
  const primaryKey = await queryRows(session, listPrimaryKey(found.name));
  const [storage = []] = found.kind === 'view' ? [] : await queryRows(session, findStorage(found.name));
  const [rows, rowBytes, iotType, cluster, partitioned] = storage;
  const heap = storage.length > 0 && iotType === null && cluster === null && text(partitioned).trim() === 'NO';
  return {
    table: {
      name: found.name,
      kind: found.kind,
      columns: columns.map(columnOf),
      primaryKey: primaryKey.map(([name]) => text(name)),
      estimatedRows: number(rows),
      averageRowBytes: number(rowBytes),
    },
    dataObjectId: heap ? found.dataObjectId : null,
  };
}

function columnOf([name, dataType, bytes, characters, precision, scale, nullable]: LegacyRow): SourceColumn {
  const type = text(dataType);
  const hasCharacters = type.includes('CHAR');
  return {
    name: text(name),
    dataType: type,
    length: hasCharacters ? number(characters) : type === 'RAW' ? number(bytes) : null,
    precision: number(precision),
    scale: number(scale),
    nullable: nullable !== 'N',
  };
}

/** The column with this name, as written or in upper case; undefined where there is none. */
function findColumn(table: SourceTable, name: string): SourceColumn | undefined {
  const upper = name.toUpperCase();
  return table.columns.find((column) => column.name === name) ?? table.columns.find((column) => column.name === upper);
}

/** Like `findColumn`; throws SOURCE_READ_FAILED where there is none. */
export function needColumn(table: SourceTable, name: string): SourceColumn {
  const column = findColumn(table, name);
  if (column === undefined) throw columnMissing(table, name);
  return column;
}

function text(value: LegacyRow[number] | undefined): string {
  return typeof value === 'string' ? value : '';
}

function number(value: LegacyRow[number] | undefined): number | null {
  return typeof value === 'string' ? Number(value) : null;
}

function show({ owner, name }: SourceName): string {
  return owner === null ? name : `${owner}.${name}`;
}

function notVisible(name: SourceName): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', `no table or view ${show(name)} is visible`, {
    hint: 'Check the name and its owner (OWNER.TABLE), and ask for SELECT on it: a missing grant looks like a missing table.',
    facts: { table: show(name) },
  });
}

function columnMissing(table: SourceTable, name: string): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', `${show(table.name)} has no column ${name}`, {
    hint: 'Correct the mapping: `cutover check` lists the columns that are missing.',
    facts: { table: show(table.name), column: name },
  });
}

function remoteTable(name: ResolvedName): MigrationError {
  return new MigrationError('SOURCE_READ_FAILED', `the synonym ${show(name)} leads through a database link`, {
    hint: 'Connect to the database that holds the table; a consistent read over a link is not possible.',
    facts: { table: show(name) },
  });
}
