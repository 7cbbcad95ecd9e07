import type { LegacyRow } from '../../core/mapping/wire';
import type { ChunkRead, LegacySource } from '../../core/ports/legacy-source';
import type { NotedReject } from '../../core/ports/reject-loader';
import { rowNaming } from '../../core/rows/row-rejects';

/** A legacy row that was read again, and the reject that it is. */
export interface ReadAgain {
  readonly reject: NotedReject;
  readonly row: LegacyRow;
}

/** The legacy rows of rejects, by their addresses or else by their keys; without those that are not told any more. */
export async function readAgain(
  source: Pick<LegacySource, 'read'>,
  read: ChunkRead,
  rejects: readonly NotedReject[],
): Promise<readonly ReadAgain[]> {
  const byRowid = await readByRowid(source, read, rejects);
  const unread = rejects.filter(({ rowid }) => rowid === null);
  return [...byRowid, ...(await readByKey(source, read, unread))];
}

async function readByRowid(
  source: Pick<LegacySource, 'read'>,
  read: ChunkRead,
  rejects: readonly NotedReject[],
): Promise<ReadAgain[]> {
  const named = new Map(rejects.flatMap((reject) => (reject.rowid === null ? [] : [[reject.rowid, reject] as const])));
  const found: ReadAgain[] = [];
  if (named.size === 0) return found;
  for await (const rows of source.read(read, { kind: 'rowids', rowids: [...named.keys()] })) {
    for (const row of rows) {
      const reject = named.get(String(row[0]));
      if (reject !== undefined) found.push({ reject, row });
    }
  }
  return found;
}

async function readByKey(
  source: Pick<LegacySource, 'read'>,
  read: ChunkRead,
  rejects: readonly NotedReject[],
): Promise<ReadAgain[]> {
  const named = keyed(rejects);
  if (named.size === 0) return [];
  const { keyOf } = rowNaming(read.plan);
  const rowsOf = new Map<string, LegacyRow[]>();
  for await (const rows of source.read(read, { kind: 'keys', keys: [...named.values()].map(({ key }) => key) })) {
    for (const row of rows) {
      const name = plainKey(JSON.parse(keyOf(row)) as string[]);
      rowsOf.set(name, [...(rowsOf.get(name) ?? []), row]);
    }
  }
  return [...named].flatMap(([name, { of }]) => {
    const rows = rowsOf.get(name) ?? [];
    // Which of several rows was rejected cannot be told.
    return rows.length === of.length ? of.map((reject, index) => ({ reject, row: rows[index] ?? [] })) : [];
  });
}

interface Keyed {
  readonly key: readonly string[];
  readonly of: NotedReject[];
}

/** By key; without rejects that have none, or a null in it. */
function keyed(rejects: readonly NotedReject[]): Map<string, Keyed> {
  const keys = new Map<string, Keyed>();
  for (const reject of rejects) {
    const key = JSON.parse(reject.key) as (string | null)[];
    if (key.length === 0 || key.includes(null)) continue;
    const texts = key.map(String);
    const name = plainKey(texts);
    const known = keys.get(name) ?? { key: texts, of: [] };
    known.of.push(reject);
    keys.set(name, known);
  }
  return keys;
}

/** A target drops the padding of a key. */
function plainKey(key: readonly string[]): string {
  return JSON.stringify(key.map((text) => text.trimEnd()));
}
