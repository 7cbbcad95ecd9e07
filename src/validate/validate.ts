import type { EntityContract } from '../core/entity-contract';
import type { Issue } from '../core/issues';
import type { EntityTally, EntityVerdict } from '../core/outcomes';
import type { LegacySource, ReadPlan } from '../core/ports/legacy-source';
import type { Target } from '../core/ports/target';
import type { OrphanPolicy } from '../core/mapping/table-mapping';
import type { RunRecord } from '../core/ports/ledger';
import { rowsBefore } from '../core/rows-before';

/** One entity to be proven: how it was read, where it went. */
export interface ValidationSubject {
  readonly entity: string;
  readonly read: ReadPlan;
  readonly contract: EntityContract;
  readonly orphans: Readonly<Record<string, OrphanPolicy>>;
}

export interface ValidationPorts {
  readonly source: LegacySource;
  readonly target: Target;
}

/**
 * Counts at the run's SCN, the accounting read = loaded + rejected + filtered, and orphans, for exactly the entities given.
 * Both databases are asked; nothing is taken from the process that loaded. Returns a verdict for every entity.
 */
export async function validate(
  subjects: readonly ValidationSubject[],
  ports: ValidationPorts,
  run: Pick<RunRecord, 'id' | 'scn' | 'settings'>,
): Promise<EntityVerdict[]> {
  const progress = await ports.target.ledger.progress(run.id);
  const verdicts: EntityVerdict[] = [];
  for (const subject of subjects) {
    const tally = progress.find(({ entity }) => entity === subject.entity)?.tally ?? NOT_LOADED;
    const counts = await ports.source.count({ plan: subject.read, scn: run.scn });
    const targetRows = await ports.target.count(subject.contract.table);
    const orphans = await countOrphans(subject, ports.target);
    const issues = [
      ...accounting(subject.entity, tally, counts),
      ...targetCount(subject.entity, tally, targetRows - rowsBefore(run.settings, subject.entity)),
      ...orphanIssues(subject, orphans),
    ];
    verdicts.push({ entity: subject.entity, sourceRows: counts.total, targetRows, tally, orphans, issues });
  }
  return verdicts;
}

/** What the state of a run says against it: its rows may agree while its foreign keys are still set aside. */
export function runIssues({ id, state }: Pick<RunRecord, 'id' | 'state'>): Issue[] {
  if (state === 'complete') return [];
  return [
    {
      code: 'RUN_NOT_COMPLETE',
      level: 'error',
      subject: id,
      message: `the run is ${state}: foreign keys may still be set aside, or too many rows are rejected`,
      hint: `Finish it with "cutover migrate --resume --run ${id}", then validate again.`,
    },
  ];
}

const NOT_LOADED: EntityTally = { source: null, read: 0, loaded: 0, rejected: 0, filtered: 0, checksum: '' };

async function countOrphans({ contract }: ValidationSubject, target: Target): Promise<Record<string, number>> {
  const orphans: Record<string, number> = {};
  for (const relation of contract.relations) {
    const foreignKey = { name: relation.property, ...relation };
    orphans[relation.property] = await target.countOrphans(contract.table, foreignKey);
  }
  return orphans;
}

function accounting(entity: string, tally: EntityTally, counts: { matching: number; total: number }): Issue[] {
  const filtered = counts.total - counts.matching;
  const issues: Issue[] = [];
  if (tally.read !== counts.total) {
    issues.push(mismatch('COUNT_MISMATCH', entity, `${tally.read} rows were read, the source has ${counts.total}`));
  }
  if (tally.filtered !== filtered) {
    issues.push(mismatch('COUNT_MISMATCH', entity, `${tally.filtered} rows were filtered, the source has ${filtered}`));
  }
  const accounted = tally.loaded + tally.rejected + tally.filtered;
  if (accounted !== tally.read) {
    issues.push(mismatch('ACCOUNT_OPEN', entity, `${tally.read} rows were read, ${accounted} are accounted for`));
  }
  return issues;
}

function targetCount(entity: string, tally: EntityTally, added: number): Issue[] {
  if (added === tally.loaded) return [];
  return [mismatch('COUNT_MISMATCH', entity, `${tally.loaded} rows were loaded, the target holds ${added} of them`)];
}

function orphanIssues(subject: ValidationSubject, orphans: Readonly<Record<string, number>>): Issue[] {
  return Object.entries(orphans)
    .filter(([property, count]) => count > 0 && subject.orphans[property] !== 'keep')
    .map(([property, count]) =>
      mismatch('ORPHANS_FOUND', `${subject.entity}.${property}`, `${count} rows have no parent in the target`),
    );
}

function mismatch(code: string, subject: string, message: string): Issue {
  const hint = 'Something wrote to the target beside the run, or the load is not finished: see "cutover status".';
  return { code, level: 'error', subject, message, hint };
}
