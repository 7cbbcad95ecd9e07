import { Client } from 'pg';
import type { Dialect, DialectSession, Release, Translation } from '../contract/translation';
import { translateStatement } from '../sql/translate';
import { literal } from '../sql/values/quote';
import { oracleError } from './backend-error';
import { translateDdl } from './ddl/translate-ddl';
import { loadDictionary } from './dictionary/load-dictionary';
import { MemoryDictionary } from './dictionary/memory-dictionary';

const CACHED = 500;

export interface OpenDialectOptions {
  readonly release: Release;
}

/** Translations by statement and session; emptied by refresh. DDL is never kept, for it hands out names. */
class TranslationCache {
  readonly #known = new Map<string, Translation>();

  find(key: string, make: () => Translation): Translation {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (made.kind === 'query' || made.kind === 'dml') this.#keep(key, made);
    return made;
  }

  clear(): void {
    this.#known.clear();
  }

  #keep(key: string, made: Translation): void {
    if (this.#known.size >= CACHED) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(key, made);
  }
}

/** The dialect over an installed catalogue. Keeps one connection for `refresh`; `close` ends it. */
export async function openDialect(
  pgUrl: string,
  { release }: OpenDialectOptions,
): Promise<Dialect & { close(): Promise<void> }> {
  const client = new Client({ connectionString: pgUrl });
  await client.connect();
  // A connection lost between refreshes is reported by the next refresh.
  client.on('error', () => undefined);
  await client.query(
    `INSERT INTO "SYS".setting VALUES ('RELEASE', ${literal(release)}) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
  );
  const cache = new TranslationCache();
  let dictionary = new MemoryDictionary(await loadDictionary(client, release));

  const translate = (sql: string, session: DialectSession): Translation => {
    const key = JSON.stringify([sql, session]);
    const ddl = translateDdl(dictionary);
    return cache.find(key, () => translateStatement(sql, { dictionary, session, ddl }));
  };
  return {
    translate,
    columnOf: (oid, attnum) => dictionary.columnOf(oid, attnum),
    refresh: async () => {
      dictionary = new MemoryDictionary(await loadDictionary(client, release));
      cache.clear();
    },
    errorFor: oracleError,
    close: () => client.end(),
  };
}
