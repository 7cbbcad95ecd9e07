import type { Client } from 'pg';
import { DEFAULT_MIGRATION, runMigration, type MigrationRequest } from '../../../src/app/run-migration';
import type { ConflictPolicy } from '../../../src/core/run/conflicts';
import type { EntityTally, RowFates } from '../../../src/core/run/outcomes';
import { compareDemo } from '../../../src/demo/compare';
import { startAbis, type Abis } from '../../support/abis';
import { connected } from '../../support/sql';
import { QUIET } from '../../support/quiet';

const SCALE = 0.02;
let abis: Abis;

beforeAll(async () => {
  abis = await startAbis({ scale: SCALE });
});
afterAll(() => abis.stop());

const migrateInto = (url: string, changes: Partial<MigrationRequest>) =>
  runMigration(
    { ...abis.project, target: { url } },
    { ...DEFAULT_MIGRATION, batchSize: 500, rejectLimit: { kind: 'percent', percent: 100 }, ...changes },
    QUIET,
  );

/** What became of the rows of all entities. */
async function fatesOf(url: string, onConflict?: ConflictPolicy) {
  const { outcome, verdicts } = await migrateInto(url, onConflict === undefined ? {} : { onConflict });
  const tallies = outcome?.entities.map(({ tally }) => tally) ?? [];
  const sum = (fate: keyof RowFates | 'rejected'): number =>
    tallies.reduce((total, tally: EntityTally) => total + tally[fate], 0);
  return {
    inserted: sum('inserted'),
    updated: sum('updated'),
    skipped: sum('skipped'),
    rejected: sum('rejected'),
    issues: verdicts.flatMap(({ issues }) => issues),
    checksums: tallies.map(({ checksum }) => checksum),
  };
}

async function onTarget<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Every row, with the transaction that wrote it. */
async function carrierState(client: Client): Promise<unknown[]> {
  return (await client.query<{ row: string }>('select xmin || c::text as row from carrier c order by 1')).rows;
}

describe('a run into a target that has the rows already', () => {
  it('accounts for each of them by its policy, and proves itself', async () => {
    const url = await abis.anotherTarget();
    const first = await fatesOf(url);
    expect(first).toMatchObject({ updated: 0, skipped: 0, issues: [] });

    const skipped = await fatesOf(url, 'skip');
    // The demo has one legacy key twice: the target had it before this run, so that both of its rows are skipped.
    const twice = 1;
    const expected = { skipped: first.inserted + twice, rejected: first.rejected - twice };
    expect(skipped).toMatchObject({ inserted: 0, updated: 0, issues: [], ...expected });

    await onTarget(url, (client) => client.query(`update customer set name = 'changed since'; delete from skid`));
    const updated = await fatesOf(url, 'update');
    expect(updated).toMatchObject({ skipped: 0, rejected: first.rejected, issues: [], checksums: first.checksums });
    expect(updated.inserted).toBeGreaterThan(0);
    expect(updated.inserted + updated.updated).toBe(first.inserted);
    expect(await onTarget(url, (client) => compareDemo(client, { scale: SCALE, seed: 1 }))).toEqual([]);
  });

  it('fails an entity by name under `update` where a row is too large to be kept for a reset, and overwrites nothing', async () => {
    const url = await abis.anotherTarget();
    await fatesOf(url);
    // What the server says of a row whose text would be more than 1 GB.
    await onTarget(url, (client) =>
      client.query(`create function cutover.full_buffer() returns trigger language plpgsql as $$ begin
          raise exception using errcode = '54000', message = 'string buffer exceeds maximum allowed length (1073741823 bytes)'; end $$;
        create trigger full_buffer before insert on cutover.replaced for each row execute function cutover.full_buffer()`),
    );
    const before = await onTarget(url, carrierState);
    const { outcome } = await migrateInto(url, { onConflict: 'update', entities: ['carrier'] });
    expect(outcome?.entities).toMatchObject([
      { state: 'failed', code: 'LOAD_FAILED', because: expect.stringContaining('too large to be kept') as string },
    ]);
    expect(await onTarget(url, carrierState)).toEqual(before);
  });

  it('fails its entities under `abort` and changes nothing', async () => {
    const url = await abis.anotherTarget();
    await fatesOf(url);
    const before = await onTarget(url, carrierState);
    const { outcome } = await migrateInto(url, { onConflict: 'abort', entities: ['carrier'] });
    expect(outcome?.entities).toMatchObject([{ entity: 'carrier', state: 'failed', code: 'TARGET_CONFLICT' }]);
    expect(await onTarget(url, carrierState)).toEqual(before);
  });
});
