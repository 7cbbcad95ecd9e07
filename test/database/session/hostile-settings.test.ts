import { runCheck } from '../../../src/app/run-check';
import { runReset } from '../../../src/app/run-reset';
import { runValidation } from '../../../src/app/run-validation';
import type { Project } from '../../../src/app/project/databases';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { load } from '../../support/load';
import { type OneTarget } from '../../support/one-target';
import { QUIET } from '../../support/quiet';
import { PLAIN_TABLES, projectOf, ROUND_TRIP, roundTrip, startRoundTrip } from '../../support/round-trip';
import { connected } from '../../support/sql';

let target: OneTarget;
let project: Project;
let name: string;

beforeAll(async () => {
  target = await startRoundTrip();
  project = projectOf(target);
  name = new URL(target.url).pathname.slice(1);
  await target.client.query('create access method other type table handler heap_tableam_handler');
});
afterEach(async () => {
  await target.client.query(`alter database ${name} reset all`);
});
afterAll(async () => {
  await target.stop();
});

type Settings = Readonly<Record<string, string>>;

/** For sessions from here on. */
async function setForDatabase(settings: Settings): Promise<void> {
  for (const [setting, value] of Object.entries(settings)) {
    await target.client.query(`alter database ${name} set ${setting} = '${value}'`);
  }
}

const TRANSACTIONS: Settings = {
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
};

/** None of them contradicts another, so that one run meets them all. */
const WAYS_OF_WRITING: Settings = {
  standard_conforming_strings: 'off',
  escape_string_warning: 'on',
  backslash_quote: 'on',
  array_nulls: 'off',
  transform_null_equals: 'on',
  quote_all_identifiers: 'on',
  bytea_output: 'escape',
  xmlbinary: 'hex',
  xmloption: 'document',
  datestyle: 'SQL, DMY',
  intervalstyle: 'iso_8601',
  timezone: 'Asia/Kathmandu',
  extra_float_digits: '-15',
  client_encoding: 'LATIN1',
  lc_messages: 'POSIX',
  client_min_messages: 'error',
};

const ENDS_AND_PLANS: Settings = {
  ...{ default_transaction_isolation: 'repeatable read', exit_on_error: 'on', row_security: 'off' },
  ...{ idle_in_transaction_session_timeout: '200ms', statement_timeout: '900ms', idle_session_timeout: '900ms' },
  ...{ transaction_timeout: '900ms', lock_timeout: '1ms', session_preload_libraries: 'auto_explain' },
  ...{
    'plpgsql.variable_conflict': 'use_variable',
    default_table_access_method: 'other',
  },
  ...{
    constraint_exclusion: 'on',
    plan_cache_mode: 'force_generic_plan',
    synchronous_commit: 'off',
  },
};

describe('a target that sets for its sessions', () => {
  it.each([
    ['serializable and deferrable transactions', TRANSACTIONS],
    ['other ways to read and write values and definitions', WAYS_OF_WRITING],
    ['other ends of sessions and other plans', ENDS_AND_PLANS],
  ])('%s is migrated into, compared, repaired and reset as any other', async (_, settings) => {
    await target.anew(...PLAIN_TABLES, 'create index ch_pid on ch (pid)');
    await setForDatabase(settings);
    expect(await roundTrip(target, project)).toEqual(ROUND_TRIP);
    const { rows } = await target.client.query(`select a.amname from pg_class c join pg_am a on a.oid = c.relam
      where c.relnamespace = 'cutover'::regnamespace and c.relkind = 'r' and a.amname <> 'heap'`);
    expect(rows).toEqual([]);
  });

  it('deferrable, read-only, serializable transactions is not waited for until writers of others have ended', async () => {
    await setForDatabase({ ...TRANSACTIONS, default_transaction_read_only: 'on' });
    const writer = await connected(target.url);
    try {
      await writer.query('begin isolation level serializable read write; create temporary table mine (id int)');
      await writer.query('insert into mine select count(*) from pg_class');
      const opened = await openPostgresTarget({ url: target.url });
      expect((await opened.check()).map(({ code }) => code)).toContain('TARGET_READ_ONLY');
      await opened.close();
    } finally {
      await writer.end();
    }
  });

  it('read-only transactions is refused by commands that write, which name the setting, and can be compared', async () => {
    await target.anew(...PLAIN_TABLES);
    const { outcome } = await load(project);
    const runId = outcome?.runId ?? '';
    await setForDatabase({ default_transaction_read_only: 'on' });
    const issues = await runCheck(project, { entities: [], scope: 'everything' });
    expect(issues).toContainEqual(
      expect.objectContaining({
        code: 'TARGET_READ_ONLY',
        hint: 'Set default_transaction_read_only off for the user or the database.',
      }),
    );
    await expect(load(project)).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      facts: { first: 'TARGET_READ_ONLY' },
    });
    await expect(runReset(project.target, { runId, entities: [] }, QUIET)).rejects.toMatchObject({
      code: 'TARGET_READ_ONLY',
      hint: expect.stringContaining('default_transaction_read_only off') as string,
    });
    const { findings } = await runValidation(project, { entities: [], runId, level: 'rows' });
    expect(findings.flatMap(({ differences }) => differences)).toEqual([]);
  });
});
