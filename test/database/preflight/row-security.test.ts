import { runCheck } from '../../../src/app/run-check';
import type { Issue } from '../../../src/core/issues';
import { runCures } from '../../support/cures';
import { PEOPLE, startGuarded, type GuardedProject } from '../../support/guarded-project';
import { column } from '../../support/sql';

let guarded: GuardedProject;
let user: string;
beforeAll(async () => {
  guarded = await startGuarded();
  user = new URL(guarded.project('limited').target.url).username;
});
afterAll(() => guarded.stop());

const ALL = { entities: [], scope: 'everything', allowTriggers: ['person'] } as const;
const POLICY = 'alter table person enable row level security; create policy half on person using (id % 2 = 0)';

async function errorsFound(): Promise<Issue[]> {
  const found = await runCheck(guarded.project('limited'), ALL);
  return found.filter(({ level }) => level === 'error');
}

describe('a table with row-level security', () => {
  it.each([
    ['as it is', POLICY, /^Connect as (.+), the owner of the table\. Or: Run as a superuser/],
    [
      'for a user whose queries it would refuse',
      `${POLICY}; alter role $user set row_security = off`,
      /^Connect as (.+), the owner of the table\. Or: Run as a superuser/,
    ],
    [
      'that is forced on its owner, too',
      `${POLICY}; alter table person force row level security`,
      /^Run as a superuser: alter role/,
    ],
    [
      'that is forced on this user, its owner',
      `grant create on schema public to $user; alter table person owner to $user; ${POLICY}; alter table person force row level security`,
      /^Run as (.+): alter table "public"."person" no force row level security;$/,
    ],
  ])('is found by a check, %s, whose hint then lets all rows be loaded', async (_, sql, hint) => {
    await guarded.afresh();
    await guarded.client.query(sql.replaceAll('$user', user));
    const errors = await errorsFound();
    expect(errors).toMatchObject([
      { code: 'TARGET_ROW_SECURITY', subject: 'person', hint: expect.stringMatching(hint) as string },
    ]);
    expect((await guarded.run('limited', ALL)).error).toMatchObject({ code: 'PREFLIGHT_FAILED' });

    await runCures(guarded.client, errors[0]?.hint);
    expect(await errorsFound()).toEqual([]);
    expect(await guarded.run('limited', ALL)).toMatchObject({ error: null });
    expect(await column(guarded.client, 'select count(*) from person')).toEqual([String(PEOPLE)]);
    await guarded.client.query(`alter role ${user} reset row_security; alter role ${user} nobypassrls`);
  });
});
