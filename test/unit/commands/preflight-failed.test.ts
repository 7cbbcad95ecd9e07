import { preflightFailed } from '../../../src/app/preflight-failed';
import type { Target } from '../../../src/core/ports/target';
import { decodeSettings } from '../../../src/core/run/run-settings';
import { aProgress, aRunRecord } from '../../support/a-report';

const error = { code: 'TARGET_UNLOGGED', level: 'error', subject: 'coil', message: 'unlogged' } as const;
const target = { ledger: { progress: () => Promise.resolve([aProgress('coil')]) } } as unknown as Target;

describe('the refusal of a pre-flight', () => {
  it.each([
    ['a run of all entities', { entities: [] }, null, 'cutover check"'],
    [
      'a run of some, with what was allowed',
      { entities: ['coil', 'job'], allowTriggers: ['coil', 'job'], allowUnlogged: true },
      null,
      'cutover check --entity coil job --allow-triggers coil,job --allow-unlogged"',
    ],
    [
      'a run of entities with blanks in their names',
      { entities: ['scrap coil', 'job'], allowTriggers: ['scrap coil'] },
      null,
      `cutover check --entity 'scrap coil' job --allow-triggers 'scrap coil'"`,
    ],
    [
      'a resume, by the run and the options that it needs',
      { entities: [], allowUnlogged: true },
      aRunRecord({ id: 'r1', settings: decodeSettings({ maxRejects: '5' }) }),
      'cutover migrate --resume --run r1 --allow-unlogged"',
    ],
  ] as const)('names the command that lists the errors of %s again', async (_, request, begun, command) => {
    const refusal = await preflightFailed([error, { ...error, level: 'warning' }], {
      request,
      begun,
      target,
    });
    expect(refusal).toMatchObject({ code: 'PREFLIGHT_FAILED', facts: { errors: 1, first: 'TARGET_UNLOGGED' } });
    expect(refusal.message).toBe('the pre-flight found 1 error and 1 warning');
    expect(refusal.hint).toContain(`"${command} lists`);
  });
});
