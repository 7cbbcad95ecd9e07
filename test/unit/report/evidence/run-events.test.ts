import { eventsOf } from '../../../../src/report/evidence/run-events';
import { anEnd, aStart } from '../../../support/a-report';

describe('what was done to a run', () => {
  it('numbers its starts as the table of starts does, whatever other runs the ledger has', () => {
    const starts = [aStart(4, { end: null }), aStart(7, { end: anEnd({ state: 'complete' }) })];
    const events = eventsOf({ starts, validations: [], repairs: [], retries: [], resets: [] });
    expect(events.filter(({ what }) => what === 'end').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^of start 2: complete/),
    ]);
  });
});
