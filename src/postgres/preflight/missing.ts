import type { RunMissing } from '../../core/run/missing';
import { visibleSql } from '../../core/words/visible-sql';
import { readableLedger } from '../ledger/schema/readable';
import type { Place } from '../session/place';
import type { Session } from '../session/session';
import { notedObjects, type NotedObject } from './missing-facts';
import { faultOf, formerDefinition, formerState, wayBack, type Fault } from './missing-statements';

interface Found {
  readonly noted: NotedObject;
  readonly fault: Fault;
}

/** Per run, the latest first, what it has brought back and is not as it was before. */
export async function readMissing(session: Session, { ledgerSchema }: Place): Promise<RunMissing[]> {
  const ledger = await readableLedger(session, ledgerSchema);
  if (ledger === null) return [];
  const byRun = new Map<string, Found[]>();
  for (const noted of await notedObjects(session, ledger)) {
    const fault = faultOf(noted);
    if (fault !== null) byRun.set(noted.runId, [...(byRun.get(noted.runId) ?? []), { noted, fault }]);
  }
  return [...byRun].map(([runId, found]) => missingOf(runId, found));
}

function missingOf(runId: string, found: readonly Found[]): RunMissing {
  const ways = found.map(({ noted, fault }) => ({ object: nameOf(noted), ...wayBack(noted, fault) }));
  return {
    runId,
    objects: found.filter(({ fault }) => fault !== 'changed').map(spoken),
    changed: found.filter(({ fault }) => fault === 'changed').map(changedOf),
    statements: ways.flatMap((way) => ('statements' in way ? [visibleSql(way.statements)] : [])),
    held: ways.flatMap(({ object, holder }) => (holder === undefined ? [] : [{ object, holder }])),
    without: ways.flatMap((way) => ('without' in way ? [{ object: way.object, what: way.without }] : [])),
  };
}

function nameOf({ kind, name, table }: NotedObject): string {
  return `${kind.replace('-', ' ')} ${name} of ${table.name}`;
}

const STATES = { O: 'ENABLE', A: 'ENABLE ALWAYS', R: 'ENABLE REPLICA', D: 'DISABLE' } as const;

function spoken({ noted, fault }: Found): string {
  if (fault !== 'otherwise' || noted.kind === 'foreign-key' || noted.kind === 'index') return nameOf(noted);
  const before = formerState(noted) ?? 'O';
  return `${nameOf(noted)} (it was: ${STATES[before]}; it is: ${STATES[noted.live?.enabled ?? 'D']})`;
}

function changedOf({ noted }: Found): RunMissing['changed'][number] {
  const [was, is] = [formerDefinition(noted) ?? '', noted.live?.definition ?? ''].map(visibleSql);
  return { object: nameOf(noted), was: was ?? '', is: is ?? '' };
}
