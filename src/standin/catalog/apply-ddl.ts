import type { Client } from 'pg';
import { translateStatement } from '../sql/translate';
import type { DialectSession, Release } from '../contract/translation';
import { translateDdl } from './ddl/translate-ddl';
import { withClient } from './install-catalog';
import { loadDictionary } from './dictionary/load-dictionary';
import { MemoryDictionary } from './dictionary/memory-dictionary';

async function applyOn(client: Client, owner: string, statements: readonly string[]): Promise<void> {
  const release: Release = '11.2';
  const session: DialectSession = {
    user: owner,
    currentSchema: owner,
    release,
    settings: { NLS_DATE_FORMAT: 'YYYY-MM-DD HH24:MI:SS' },
  };
  for (const sql of statements) {
    const dictionary = new MemoryDictionary(await loadDictionary(client, release));
    const { text } = translateStatement(sql, { dictionary, session, ddl: translateDdl(dictionary) });
    if (text !== '') await client.query(text);
  }
}

/** Runs Oracle statements without binds (DDL above all) as `owner`, each in a transaction of its own. The catalogue must be installed. */
export async function applyDdl(target: string | Client, owner: string, oracleDdl: readonly string[]): Promise<void> {
  if (typeof target !== 'string') {
    await applyOn(target, owner, oracleDdl);
    return;
  }
  await withClient(target, (client) => applyOn(client, owner, oracleDdl));
}
