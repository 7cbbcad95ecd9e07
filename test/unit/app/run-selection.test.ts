import { NO_SETTINGS } from '../../../src/core/run/run-settings';
import { selectionOfRun } from '../../../src/app/run-selection';

const run = {
  id: 'r1',
  state: 'complete' as const,
  startedAt: '2026-11-20T00:00:00Z',
  finishedAt: null,
  scn: '1',
  source: 's',
  target: 't',
  fingerprints: { coil: 'f1', customer: 'f2' },
  settings: { ...NO_SETTINGS, where: { customer: "NAME = 'x'" } },
};

describe('selectionOfRun', () => {
  it('gives back the entities and conditions that the run was started with', () => {
    expect(selectionOfRun(run, [])).toEqual({
      entities: ['coil', 'customer'],
      where: { customer: "NAME = 'x'" },
      schemas: {},
    });
  });

  it('gives back the schemas in which tables were found, whatever they are called', () => {
    const schemas = { coil: 'app', 'a.b': 'public', constructor: 'x' };
    const settings = { ...NO_SETTINGS, schemas };
    expect(selectionOfRun({ ...run, settings }, []).schemas).toEqual(schemas);
  });

  it('leaves the conditions of other entities behind when some are chosen', () => {
    expect(selectionOfRun(run, ['coil'])).toEqual({ entities: ['coil'], where: {}, schemas: {} });
  });
});
