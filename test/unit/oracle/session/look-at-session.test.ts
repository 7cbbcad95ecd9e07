import { lookAtSession } from '../../../../src/oracle/session/look-at-session';
import type { LegacyRow } from '../../../../src/core/mapping/wire';

const refused = new Error('ORA-00942: table or view does not exist');

/** Rows by view, or that it may not be seen. */
function database(views: {
  readonly gv: readonly LegacyRow[] | 'refused';
  readonly v: readonly LegacyRow[] | 'refused';
}) {
  return ({ sql }: { readonly sql: string }): Promise<readonly LegacyRow[]> => {
    const rows = sql.includes('GV$SESSION') ? views.gv : views.v;
    return rows === 'refused' ? Promise.reject(refused) : Promise.resolve(rows);
  };
}

describe('a look at a silent session', () => {
  it.each([
    ['at work while it is active', [['ACTIVE', 'WAITING', 'db file scattered read']], 'refused', 'at-work'],
    [
      'at work while it waits for another database',
      [['ACTIVE', 'WAITING', 'SQL*Net message from dblink']],
      [],
      'at-work',
    ],
    [
      'lost where it wants to send to a client that does not listen',
      [['ACTIVE', 'WAITING', 'SQL*Net more data to client']],
      [],
      'gone',
    ],
    ['lost where it has answered', [['INACTIVE', 'WAITING', 'SQL*Net message from client']], [], 'gone'],
    ['lost where it was killed', [['KILLED', 'WAITED SHORT TIME', 'x']], [], 'gone'],
    ['lost where no instance has it', [], [], 'gone'],
    [
      'told by its own instance where the user sees no other',
      'refused',
      [['ACTIVE', 'WAITED SHORT TIME', 'x']],
      'at-work',
    ],
    ['unknown where it may be on another instance', 'refused', [], 'unknown'],
    ['unknown where the user may see no sessions', 'refused', 'refused', 'unknown'],
  ] as const)('finds it %s', async (_, gv, v, state) => {
    expect(await lookAtSession(database({ gv, v }), 'cutover 01')).toEqual({ state });
  });

  it('asks for the session by its mark, as a bind', async () => {
    const asked: unknown[] = [];
    await lookAtSession((statement) => {
      asked.push(statement);
      return Promise.resolve([]);
    }, 'cutover 01');
    expect(asked).toEqual([
      {
        sql: 'SELECT STATUS, STATE, EVENT FROM GV$SESSION WHERE CLIENT_INFO = :marked',
        binds: { marked: 'cutover 01' },
      },
    ]);
  });
});
