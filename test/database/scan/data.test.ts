import type { Client } from 'pg';
import { DEFAULT_MIGRATION, runMigration } from '../../../src/app/run-migration';
import { DEFAULT_SCAN, runScan, type ScanRequest } from '../../../src/app/run-scan';
import { abisLegacy } from '../../../src/demo/legacy/generate';
import { startAbis, type Abis } from '../../support/abis';
import { recordEvents } from '../../support/a-run';
import { withClient } from '../../support/sql';

const SCALE = 0.02;

/** Everything in the catalogue that is the user's, and how many rows each table has. */
async function inventory(client: Client): Promise<unknown> {
  const objects = await client.query(
    `select n.nspname, c.relname, c.relkind, c.relfilenode, pg_get_indexdef(c.oid) as index,
       (select json_agg(a.* order by a.attnum) from pg_attribute a where a.attrelid = c.oid) as columns,
       (select json_agg(k.* order by k.conname) from pg_constraint k where k.conrelid = c.oid) as constraints,
       case when c.relkind = 'S' then (select last_value from pg_sequences s where s.schemaname = n.nspname and s.sequencename = c.relname) end as last
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' order by 1, 2`,
  );
  const { rows: schemas } = await client.query(
    `select nspname from pg_namespace where nspname !~ '^pg_(toast_)?temp' order by 1`,
  );
  const { rows: changes } = await client.query(
    `select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables where schemaname = 'public' order by 1`,
  );
  return { objects: objects.rows as unknown, schemas: schemas as unknown, changes: changes as unknown };
}

/** `entity property stage reason` → how often. */
function summed(
  rejects: Iterable<{ entity: string; property: string | null; stage: string; reason: string; count?: number }>,
) {
  const counts: Record<string, number> = {};
  for (const { entity, property, stage, reason, count = 1 } of rejects) {
    const name = [entity, property, stage, reason].join(' | ');
    counts[name] = (counts[name] ?? 0) + count;
  }
  return counts;
}

describe('a scan of the data', () => {
  let abis: Abis;

  beforeAll(async () => {
    abis = await startAbis({ scale: SCALE });
  });
  afterAll(async () => {
    await abis.stop();
  });

  const scan = async (targetUrl: string, request: Partial<ScanRequest> = {}) => {
    const ui = { emit: recordEvents().emit, signal: new AbortController().signal };
    const result = await runScan({ ...abis.project, target: { url: targetUrl } }, { ...DEFAULT_SCAN, ...request }, ui);
    return { ...result, readiness: result.readiness! };
  };

  it('says what a load rejects, row for row by entity, property and reason, and leaves the target as it was', async () => {
    const target = await abis.anotherTarget();
    const before = await withClient(target, inventory);
    const { readiness, preflight } = await scan(target);
    expect(await withClient(target, inventory)).toEqual(before);
    expect(preflight.filter(({ level }) => level === 'error')).toEqual([]);

    const found = summed(readiness.entities.flatMap(({ rejects }) => rejects));
    expect(found).toEqual(summed(abisLegacy({ scale: SCALE }).expected.rejects));
    const outcome = await load(target);
    expect(found).toEqual(await withClient(target, rejectsOfRun));
    expect(readiness.rejects.rejected).toBe(outcome?.rejects.rejected);
    for (const { entity, scanned, filtered, rejected } of readiness.entities) {
      const tally = outcome?.entities.find((other) => other.entity === entity)?.tally;
      expect({ entity, read: scanned + filtered, rejected }).toEqual({
        entity,
        read: tally?.read,
        rejected: tally?.rejected,
      });
    }
  });

  it('counts rows that are in the target already as the duplicates that they would be, and finds parents there', async () => {
    const target = await abis.anotherTarget();
    await load(target);
    const { readiness } = await scan(target, { entities: ['skid'] });
    await load(target, ['skid']);
    expect(summed(readiness.entities.flatMap(({ rejects }) => rejects))).toEqual(
      await withClient(target, rejectsOfRun),
    );
    expect(readiness.entities).toMatchObject([{ entity: 'skid', scanned: readiness.entities[0]?.rejected }]);
  });

  const load = async (url: string, entities: readonly string[] = []) => {
    const result = await runMigration(
      { ...abis.project, target: { url } },
      {
        ...DEFAULT_MIGRATION,
        entities,
        batchSize: 20_000,
        rejectLimit: { kind: 'percent', percent: 100 },
        validate: 'no',
        // The second run into one target is meant.
        onConflict: 'reject',
      },
      { emit: recordEvents().emit, signal: new AbortController().signal, confirm: () => Promise.resolve() },
    );
    return result.outcome;
  };

  async function rejectsOfRun(client: Client): Promise<Record<string, number>> {
    const { rows } = await client.query<{ entity: string; property: string; stage: string; reason: string }>(
      `select entity, property, stage, reason from cutover.reject
       where run = (select id from cutover.run order by started_at desc limit 1)`,
    );
    return summed(rows);
  }
});
