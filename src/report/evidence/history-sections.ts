import { lacking } from './lacking';
import type { RunReport } from './run-report';
import type { Section } from './section';
import { timeText } from './times';

/** What was done to rows of the run after its load. */
export function doneSinceSection({ repairs, retries, outdated }: RunReport): Section {
  const repaired = repairs.flatMap(({ at, entities }) =>
    entities.map(({ entity, inserted, replaced, deleted, undoubled, left }) => {
      return [timeText(at), 'repair', entity, inserted, replaced, deleted + undoubled, left, null] as const;
    }),
  );
  const retried = retries.map(({ at, entity, rows, fingerprint }) => {
    return [timeText(at), 'rejects retry', entity, rows, null, null, null, { codes: [fingerprint] }] as const;
  });
  return {
    title: 'Repaired and loaded later',
    note: 'Left: differences that were no longer so. The fingerprint is that of the mapping by which rejected rows were loaded.',
    headings: ['at', 'by', 'entity', 'inserted', 'replaced', 'deleted', 'left', 'fingerprint'],
    rows: [...repaired, ...retried],
    empty: lacking({ outdated }, 'repairs', lacking({ outdated }, 'retries', 'Nothing.')),
  };
}

const WHAT: Readonly<Record<RunReport['events'][number]['what'], string>> = {
  start: 'started',
  resume: 'resumed',
  end: 'ended',
  comparison: 'compared',
  repair: 'repaired',
  retry: 'rejects retry',
  reset: 'reset',
};

/** All that was done to the run, in the order of time. */
export function eventSection({ events, outdated }: RunReport): Section {
  return {
    title: 'What was done to the run',
    note: 'The earliest first. Of rejected rows loaded later the last time is known, of each entity and mapping. Who has done it is known of the starts.',
    headings: ['what', 'at', 'how', 'by'],
    rows: events.map(({ at, what, text, by }) => [WHAT[what], timeText(at), text, by]),
    empty: lacking({ outdated }, 'starts', 'The ledger does not say.'),
  };
}
