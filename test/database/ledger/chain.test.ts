import fc from 'fast-check';
import type { Client } from 'pg';
import type { Target } from '../../../src/core/ports/target';
import type { RunStart } from '../../../src/core/run/evidence';
import { digestIssues } from '../../../src/core/run/ledger-seal';
import { openPostgresTarget } from '../../../src/postgres/open-target';
import { renewSeals } from '../../../src/postgres/ledger/seal/renew-seals';
import { SEALED_COLUMNS } from '../../../src/postgres/ledger/seal/sealed-rows';
import { LEDGER_VERSION } from '../../../src/postgres/ledger/schema/steps';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { makeFifthLedger } from '../../support/fifth-ledger';
import { sessionOf } from '../../support/ledger-edits';
import { aValidation, newRun, noteValidations } from '../../support/chained-runs';
import { forged, saidOf, sealOver, type ReadSeal } from '../../support/ledger-forgery';
import { variantCount } from '../../support/variants';
import { connected } from '../../support/sql';

const VARIANTS = variantCount({ suite: 12, all: 40 });

let database: FreshDatabase;
let client: Client;
let target: Target;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  client = await connected(database.url);
  target = await opened('cutover');
  await target.ledger.install();
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await client.end();
  await database.drop();
});

async function opened(ledgerSchema: string): Promise<Target> {
  const open = await openPostgresTarget({ url: database.url, ledgerSchema });
  closing.push(() => open.close());
  return open;
}

const aRun = (): Promise<string> => newRun(target);
const note = (runId: string, count = 1, by = target): Promise<void> => noteValidations(by, runId, count);
const sealOf = (runId: string, schema = 'cutover'): Promise<ReadSeal> => sealOver(client, schema, runId);
const said = async (runId: string, kept: string, schema = 'cutover'): Promise<string[]> =>
  saidOf(runId, await sealOf(runId, schema), kept);
const HELD = ['LEDGER_DIGEST info'];
const messageOf = async (runId: string, kept: string): Promise<string | undefined> =>
  digestIssues(runId, await sealOf(runId), kept)[0]?.message;

describe('the digest of a run', () => {
  it('covers the validations noted until it was printed, and is held whatever is noted later', async () => {
    const runId = await aRun();
    const kept: string[] = [];
    for (let count = 0; count <= 3; count += 1) {
      if (count > 0) await note(runId);
      const seal = await sealOf(runId);
      expect(seal).toMatchObject({ validations: count, edited: [] });
      kept.push(seal.digest);
    }
    expect(new Set(kept).size).toBe(4);
    for (const digest of kept) expect(await said(runId, digest)).toEqual(HELD);
    const messages: unknown[] = [];
    for (const digest of kept) messages.push(await messageOf(runId, digest));
    expect(messages).toEqual([
      expect.stringMatching(/covers 0 validations; 3 validations noted since are not in it$/),
      expect.stringMatching(/covers 1 validation; 2 validations noted since are not in it$/),
      expect.stringMatching(/covers 2 validations; 1 validation noted since is not in it$/),
      expect.stringMatching(/covers 3 validations$/),
    ]);
  });

  it('of the account alone, as earlier builds printed it, is accepted and said to be without the validations', async () => {
    const runId = await aRun();
    await note(runId, 2);
    const { account } = await sealOf(runId);
    await note(runId);
    expect(await said(runId, account)).toEqual(['LEDGER_DIGEST warning']);
    expect(await messageOf(runId, account)).toMatch(/validations are not in it$/);
  });

  it('is not that of another run with the same validations', async () => {
    const [one, other] = [await aRun(), await aRun()];
    expect(await said(other, (await sealOf(one)).digest)).toEqual(['LEDGER_DIGEST error']);
  });
});

describe('validations that are noted', () => {
  it('at the same time by several sessions make one chain, without a gap', async () => {
    const runId = await aRun();
    const others = await Promise.all([1, 2, 3, 4].map(() => opened('cutover')));
    await Promise.all([target, ...others].map((each) => note(runId, 6, each)));
    const { rows } = await client.query<{ link_no: string }>(
      'select link_no from cutover.validation where run = $1 order by link_no',
      [runId],
    );
    expect(rows.map(({ link_no: number }) => Number(number))).toEqual(Array.from({ length: 30 }, (_, nth) => nth + 1));
    expect(await sealOf(runId)).toMatchObject({ validations: 30, edited: [] });
  });

  it('in a transaction that is still open are waited for, so that none comes before one that was seen', async () => {
    const runId = await aRun();
    const slow = await connected(database.url);
    await slow.query(`set cutover.seals = 'on'; begin`);
    await slow.query(`insert into cutover.validation (run, level, found) values ($1, 'counts', '{}')`, [runId]);
    let isNoted = false;
    const later = note(runId).then(() => (isNoted = true));
    const waits = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%validation%'`;
    while ((await client.query(waits)).rowCount === 0) expect(isNoted).toBe(false);
    const { digest } = await sealOf(runId);
    await slow.query('commit');
    await later;
    await slow.end();
    expect(await sealOf(runId)).toMatchObject({ validations: 2, edited: [] });
    expect(await said(runId, digest)).toEqual(HELD);
  });

  it('twice under one id, or in a transaction that is undone, leave no gap', async () => {
    const runId = await aRun();
    for (let nth = 0; nth < 3; nth += 1) await target.ledger.noteValidation(runId, aValidation('a'), `twice ${runId}`);
    await client.query(`begin; set local cutover.seals = 'on'`);
    await client.query(`insert into cutover.validation (run, level, found) values ($1, 'counts', '{}')`, [runId]);
    await client.query('rollback');
    await note(runId);
    expect(await sealOf(runId)).toMatchObject({ validations: 2, edited: [] });
  });

  it('by anybody else bring their own number and link, which are found wanting', async () => {
    const runId = await aRun();
    await note(runId, 2);
    const insert = `insert into cutover.validation (run, level, found, link_no, link) values ('${runId}', 'rows', '{}', 3, 'made up')`;
    await expect(client.query(insert.replace(', link_no, link', '').replace(`, 3, 'made up'`, ''))).rejects.toThrow(
      /link_no/,
    );
    await client.query('begin');
    await client.query(insert);
    expect((await sealOf(runId)).edited).toEqual(['validation 3']);
    await client.query('rollback');
  });
});

describe('without a digest, the links', () => {
  it.each([
    ['an edited one', `update validation set level = level || 'x' where link_no = 2`, ['validation 2']],
    ['two edited ones', `update validation set found = '{}' where link_no in (2, 5)`, ['validation 2', 'validation 5']],
    ['an edited link', `update validation set link = 'x' where link_no = 3`, ['validation 3', 'validation 4']],
    ['an edited number', `update validation set link_no = 9 where link_no = 5`, ['validations 5 to 8']],
    ['one that is gone', `delete from validation where link_no = 3`, ['validation 3']],
    ['several that are gone', `delete from validation where link_no between 2 and 4`, ['validations 2 to 4']],
  ])('name %s', async (_what, edit, edited) => {
    const runId = await aRun();
    await note(runId, 5);
    const own = edit.includes(' where ') ? `${edit} and run = '${runId}'` : edit;
    expect((await forged(client, { schema: 'cutover', runId, how: 'seals made anew' }, own)).seal.edited).toEqual(
      edited,
    );
  });

  it('do not tell that the newest is gone, which its seal does', async () => {
    const runId = await aRun();
    await note(runId, 3);
    await client.query('begin');
    await client.query('delete from cutover.validation where run = $1 and link_no = 3', [runId]);
    expect((await sealOf(runId)).edited).toEqual(['the validations']);
    await client.query('rollback');
  });
});

/** What happens to the ledger of a run in an honest life: no step may make a digest fail that was printed since the account last changed. */
const honestSteps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('note' as const), text: fc.string({ unit: 'binary' }) }) },
    { weight: 3, arbitrary: fc.constant({ kind: 'print' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'at once' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'again' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'start' as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'another run' as const }) },
  ),
  { minLength: 4, maxLength: 14 },
);
const START = { resumed: true, lanes: 1, scn: null, operator: null, entities: [], findings: [] } as unknown as RunStart;

describe('of random honest sequences', () => {
  const sequences = fc.sample(honestSteps, { seed: 11, numRuns: VARIANTS });
  it.each(sequences.map((steps, nth) => ({ steps, title: `${nth + 1}` })))(
    '$title: each digest is held until the account changes, and nothing is called edited',
    async ({ steps }) => {
      const runId = await aRun();
      let kept: { readonly digest: string; readonly noted: number }[] = [];
      let noted = 0;
      for (const [nth, step] of steps.entries()) {
        const id = `${runId} ${nth}`;
        if (step.kind === 'note') {
          await target.ledger.noteValidation(runId, aValidation(step.text.replaceAll('\0', '')), id);
          noted += 1;
        } else if (step.kind === 'at once') {
          await Promise.all(
            [1, 2, 3].map((one) => target.ledger.noteValidation(runId, aValidation('x'), `${id} ${one}`)),
          );
          noted += 3;
        } else if (step.kind === 'again') {
          for (let twice = 0; twice < 2; twice += 1) await target.ledger.noteValidation(runId, aValidation('y'), id);
          noted += 1;
        } else if (step.kind === 'start') {
          await target.ledger.noteStart(runId, START, id);
          for (const { digest } of kept) expect(await said(runId, digest)).toEqual(['LEDGER_DIGEST error']);
          kept = [];
        } else if (step.kind === 'another run') {
          await note(await aRun(), 2);
        } else {
          kept.push({ digest: (await sealOf(runId)).digest, noted });
        }
        for (const { digest, noted: covered } of kept) {
          const [issue] = digestIssues(runId, await sealOf(runId), digest);
          expect(issue).toMatchObject({
            level: 'info',
            message: expect.stringContaining(`covers ${covered} validation`) as string,
          });
        }
        expect(await sealOf(runId)).toMatchObject({ validations: noted, edited: [] });
      }
    },
  );
});

describe('a ledger of version 5', () => {
  const SCHEMA = 'fifth';
  let before: ReadSeal;
  let runId = '';

  beforeAll(async () => {
    await makeFifthLedger(client, SCHEMA);
    const fifth = await opened(SCHEMA);
    runId = await newRun(fifth);
    await note(runId, 3, fifth);
    before = await sealOf(runId, SCHEMA);
    const trail = await fifth.ledger.trail(runId, 'with its seal');
    expect(trail.validations).toHaveLength(3);
    expect(trail.outdated?.map(({ subject }) => subject)).toEqual(['chain']);
  });

  it('has the digest of the account alone, and says so', async () => {
    expect(before).toMatchObject({ version: 5, digest: before.account, validations: null, digests: [], edited: [] });
    expect(await said(runId, before.digest, SCHEMA)).toEqual(HELD);
    expect(digestIssues(runId, before, before.digest)[0]?.message).toMatch(/validations are not in it$/);
  });

  it('is upgraded with its validations linked in their order, keeps its digest, and finds edits of before and after', async () => {
    await client.query(`update ${SCHEMA}.validation set level = 'other' where nth = 2`);
    const fifth = await opened(SCHEMA);
    expect(await fifth.ledger.install()).toEqual({ from: 5, to: LEDGER_VERSION });
    const now = await sealOf(runId, SCHEMA);
    expect(now).toMatchObject({
      version: LEDGER_VERSION,
      account: before.digest,
      validations: 3,
      edited: ['the validations'],
    });
    expect(now.former).toMatchObject([{ version: 5, digest: before.digest, validations: null }]);
    expect(saidOf(runId, now, before.digest)).toEqual(['LEDGER_EDITED error', 'LEDGER_DIGEST warning']);
    await client.query(`update ${SCHEMA}.validation set level = 'another' where nth = 2`);
    expect((await sealOf(runId, SCHEMA)).edited).not.toEqual([]);
    const { rows } = await client.query<{ nth: string; link_no: string }>(
      `select nth, link_no from ${SCHEMA}.validation order by nth`,
    );
    expect(rows.map((row) => Number(row.link_no))).toEqual([1, 2, 3]);
    await note(runId, 1, fifth);
    expect(await sealOf(runId, SCHEMA)).toMatchObject({ validations: 4 });
  });
});

describe('a later upgrade that seals other columns', () => {
  it('keeps the digest of each number of validations, so that any report is recognised', async () => {
    const runId = await aRun();
    const kept = [(await sealOf(runId)).digest];
    for (let count = 0; count < 2; count += 1) {
      await note(runId);
      kept.push((await sealOf(runId)).digest);
    }
    const fewer = new Map(
      [...SEALED_COLUMNS].map(([table, columns]) => [
        table,
        columns.filter((name) => !['scn', 'start'].includes(name)),
      ]),
    );
    await client.query(`begin; set local cutover.seals = 'on'`);
    try {
      await renewSeals(sessionOf(client), 'cutover', { from: 98, columns: fewer });
      await client.query(`insert into cutover.validation (run, level, found) values ('${runId}', 'counts', '{}')`);
      await renewSeals(sessionOf(client), 'cutover', { from: 99 });
      const seal = await sealOf(runId);
      expect(seal).toMatchObject({ validations: 3, edited: [] });
      expect(seal.former.filter(({ version }) => version === 98).map(({ validations }) => validations)).toEqual([
        null,
        0,
        1,
        2,
      ]);
      for (const [count, digest] of kept.entries()) {
        // The columns are again those of before: the digest itself is held, the note beside it too.
        expect(saidOf(runId, seal, digest)).toEqual(HELD);
        expect(seal.former).toContainEqual(expect.objectContaining({ version: 98, validations: count, digest }));
      }
    } finally {
      await client.query('rollback');
    }
  });
});
