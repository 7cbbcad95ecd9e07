import { rowsLoaded } from '../../core/run/account';
import type { CompareLevel } from '../../core/comparison/comparison';
import { counted, grouped, secondsText } from '../../core/counted';
import type { Issue } from '../../core/issues';
import { NOT_LOADED_YET, verdictWords } from '../words/proof-words';
import type { EntityProof, EntityReport, KeyReport, RunReport } from './run-report';
import type { Cell, Section } from './section';
import { doneSinceSection, eventSection } from './history-sections';
import { lacking } from './lacking';
import { ORPHAN_FATES } from '../words/orphan-fates';
import { sealSection } from './seal-section';
import { sourceSection } from './source-section';
import { timeText } from './times';

/** The tables of the report in reading order, for every rendering that is for people; the timeline comes apart. */
export function sectionsOf(report: RunReport): Section[] {
  return [
    entitySection(report),
    sourceSection(report),
    proofSection(report),
    findingSection(report),
    rejectSection(report),
    changeSection(report),
    keySection(report),
    leftOutSection(report),
    preflightSection(report),
    eventSection(report),
    startSection(report),
    doneSinceSection(report),
    versionSection(report),
    settingSection(report),
    mappingSection(report),
    sealSection(report),
  ];
}

const LEVELS: Readonly<Record<CompareLevel, string>> = { counts: 'counts', keys: 'every key', rows: 'every value' };

function entitySection({ entities, totals }: RunReport): Section {
  const { inserted, updated, skipped, rejected, changed } = totals;
  // A row that two mappings read is in two lines: no sum of them is a number of rows of the source.
  const isShared = entities.reduce((sum, entity) => sum + (entity.source ?? 0), 0) !== totals.source;
  const [source, filtered] = isShared ? [null, null] : [totals.source, totals.filtered];
  return {
    title: 'Rows by entity',
    note: 'source = inserted + updated + skipped + rejected + filtered, for each entity. A row of a legacy table that several mappings read stands in each of their lines; then the sums of source and filtered are those of the legacy tables below. Changed: values that the mapping has altered.',
    headings: [
      'entity',
      'source',
      'inserted',
      'updated',
      'skipped',
      'rejected',
      'filtered',
      'changed',
      'compared',
      'verdict',
    ],
    rows: entities.map((entity) => [
      entity.entity,
      entity.source,
      entity.inserted,
      entity.updated,
      entity.skipped,
      entity.rejected,
      entity.filtered,
      entity.changed,
      entity.proof === null ? null : comparedText(entity.proof),
      verdictText(entity),
    ]),
    totals: ['all', source, inserted, updated, skipped, rejected, filtered, changed, null, null],
    empty: 'No entity.',
  };
}

function verdictText({ account, proof, provenBy, qualifications }: EntityReport): string {
  if (account.kind === 'open') return account.because.toUpperCase();
  const mixed = account.kind === 'mixed' ? ', not of one SCN' : '';
  if (proof === null) return `accounted${mixed}, not validated`;
  return `${verdictWords({ ...proof, provenBy, qualifications, pending: proof.verdict === 'pending' })}${mixed}`;
}

function proofSection({ entities, outdated }: RunReport): Section {
  return {
    title: 'Comparison of both sides',
    note: 'Missing: not in the target though it should be. Extra: there though it should not be. Of others: rows of the table that the run has not written for the entity. These, expected and the kinds of difference are known where keys or values were compared.',
    headings: [
      'entity',
      'compared',
      'at',
      'source rows',
      'target rows',
      'expected',
      'missing',
      'extra',
      'doubled',
      'different',
      'of others',
      'orphans',
      'matched by',
    ],
    rows: entities.flatMap(proofRow),
    empty: lacking({ outdated }, 'validations', 'Nothing was compared: no comparison of this run stands.'),
  };
}

function comparedText({ verdict, level }: Pick<EntityProof, 'verdict' | 'level'>): string {
  return verdict === 'pending' ? NOT_LOADED_YET : LEVELS[level];
}

function proofRow({ entity, proof }: EntityReport): Cell[][] {
  if (proof === null) return [];
  const { at, sourceRows, targetRows, filledBy, orphans, comparison, verdict } = proof;
  const target = filledBy.length === 0 ? targetRows : `${grouped(targetRows)} of ${filledBy.join(', ')} together`;
  const sides = [entity, comparedText(proof), timeText(at), sourceRows, target];
  const orphaned = verdict === 'pending' ? null : Object.values(orphans).reduce((sum, count) => sum + count, 0);
  if (comparison === null) return [[...sides, null, null, null, null, null, null, orphaned, null]];
  const { expected, counts, others = null, matchedBy } = comparison;
  const by = `${matchedBy.kind} ${matchedBy.columns.join(', ')}`.trim();
  return [[...sides, expected, counts.missing, counts.extra, counts.doubled, counts.different, others, orphaned, by]];
}

function findingSection({ issues, entities }: RunReport): Section {
  const found: readonly Issue[] = [...issues, ...entities.flatMap(({ proof }) => proof?.issues ?? [])];
  return {
    title: 'Findings of the validation',
    ...issueTable(found),
    empty: entities.some(({ proof }) => proof !== null) ? 'None.' : 'None, for nothing was compared.',
  };
}

function preflightSection({ preflight, starts, outdated }: RunReport): Section {
  return {
    title: 'Findings of the pre-flight',
    note: 'What was known before the latest start.',
    ...issueTable(preflight),
    empty: starts.length === 0 ? lacking({ outdated }, 'starts', 'The ledger does not say.') : 'None.',
  };
}

function issueTable(issues: readonly Issue[]): Pick<Section, 'headings' | 'rows'> {
  return {
    headings: ['level', 'finding', 'about', 'what'],
    rows: issues.map(({ level, code, subject, message }) => [level, { codes: [code] }, subject, message]),
  };
}

function rejectSection({ rejects, mode }: RunReport): Section {
  const file = mode === 'rehearse' ? 'rejects_rehearsal.jsonl' : 'rejects.jsonl';
  return {
    title: 'Rejected rows by reason',
    note: `Rows that are not in the target. Their contents stand in ${file} and in the ledger only.`,
    headings: ['entity', 'stage', 'property', 'reason', 'SQLSTATE', 'rows', 'for example, key'],
    rows: rejects.map(({ entity, stage, property, reason, sqlState, count, samples }) => [
      entity,
      stage,
      property,
      reason,
      sqlState,
      count,
      { codes: samples.map(({ key }) => key) },
    ]),
    empty: 'None.',
  };
}

function changeSection({ changes }: RunReport): Section {
  return {
    title: 'Changed values by column',
    note: 'Values that a conversion has changed, of the rows that were loaded; orphans that were turned away afterwards are among them.',
    headings: ['entity', 'property', 'changed by', 'values', 'for example, key'],
    rows: changes.map(({ entity, property, kind, count, sampleKeys }) => [
      entity,
      property,
      kind,
      count,
      { codes: sampleKeys },
    ]),
    empty: 'None.',
  };
}

const CONSTRAINTS: Readonly<Record<KeyReport['state'], string>> = {
  aside: 'SET ASIDE',
  restored: 'valid',
  'not-valid': 'NOT VALID: some rows break it',
};

function keySection({ foreignKeys }: RunReport): Section {
  return {
    title: 'Foreign keys and orphans',
    note: 'Orphans: rows of the run whose parent is not in the target. Those rejected are among the rejected rows above.',
    headings: ['entity', 'table', 'columns', 'parent', 'orphans', 'they were', 'constraint'],
    rows: foreignKeys.map(({ entity, table, columns, parent, orphans, policy, enforced, state }) => [
      entity,
      table,
      columns.join(', '),
      parent,
      orphans,
      orphans === 0 || policy === null ? null : ORPHAN_FATES[policy],
      enforced ? CONSTRAINTS[state] : 'none in the database',
    ]),
    empty: 'No foreign key was set aside.',
  };
}

/** The finding that names legacy columns which no property is filled from. */
const UNREAD = 'SOURCE_COLUMNS_UNMAPPED';

function leftOutSection({ entities, preflight }: RunReport): Section {
  return {
    title: 'Left out',
    note: 'Properties that the mapping leaves to the database, conditions by which it leaves rows out, and legacy columns that nothing reads.',
    headings: ['entity', 'what', 'why'],
    rows: [
      ...entities.flatMap(({ entity, origin, filtered }) => [
        ...(origin?.leftOut ?? []).map(({ property, reason }): Cell[] => [entity, property, reason]),
        ...conditionRow(entity, origin?.where ?? null, filtered),
      ]),
      ...preflight.filter(({ code }) => code === UNREAD).map(({ subject, message }) => [subject, message, null]),
    ],
    empty: entities.every(({ origin }) => origin === null) ? 'The ledger does not say.' : 'Nothing.',
  };
}

function conditionRow(entity: string, where: string | null, filtered: number): Cell[][] {
  return where === null
    ? []
    : [[entity, `${counted(filtered, 'row')} that the condition excludes`, { codes: [where] }]];
}

function startSection({ starts, outdated }: RunReport): Section {
  return {
    title: 'Starts of the run',
    headings: ['start', 'at', 'by', 'lanes', 'SCN', 'ended', 'after', 'state'],
    rows: starts.map(({ at, operator, lanes, scn, end, resumed }, index) => [
      resumed ? `${index + 1}, resumed` : String(index + 1),
      timeText(at),
      operator,
      lanes,
      scn,
      end === null ? null : timeText(end.at),
      end === null ? null : secondsText(end.seconds),
      end === null ? 'did not end by itself' : end.state,
    ]),
    empty: lacking({ outdated }, 'starts', 'The ledger does not say.'),
  };
}

const VERSIONS = [
  ['source', 'source'],
  ['target', 'target'],
  ['driver', 'driver'],
  ['cutover', 'cutover'],
  ['node', 'node'],
  ['zoneData', 'time zone data'],
] as const;

function versionSection({ starts, generated }: RunReport): Section {
  const { versions } = starts.at(-1) ?? {};
  const rows = versions === undefined ? [] : VERSIONS;
  return {
    title: 'Versions',
    headings: ['what', 'version'],
    rows: [
      ...rows.map(([what, label]) => [label, versions?.[what] ?? null] as const),
      ['this report', generated.by] as const,
    ],
    empty: '',
  };
}

function settingSection({ settings }: RunReport): Section {
  return {
    title: 'Settings of the run',
    headings: ['setting', 'value'],
    rows: Object.entries(settings).map(([name, value]) => [name, value === null ? null : { codes: [String(value)] }]),
    empty: 'None.',
  };
}

function mappingSection({ entities }: RunReport): Section {
  return {
    title: 'Mappings',
    note: 'The fingerprint stands for columns, conversions, null rules and policies; a mapping that was changed has another one. The checksum is over the rows as they were loaded, before orphans were moved or cleared and before repairs.',
    headings: ['entity', 'from', 'to', 'chunks', 'rows before', 'loaded', 'checksum', 'SCN', 'fingerprint'],
    rows: entities.map(({ entity, origin, plannedChunks, loadedChunks, rowsBefore, fingerprint, ...rest }) => [
      entity,
      origin?.source ?? null,
      origin?.target ?? null,
      `${grouped(loadedChunks)} of ${grouped(plannedChunks)}`,
      rowsBefore,
      rowsLoaded(rest),
      { codes: [rest.checksum] },
      rest.snapshots.join(', '),
      fingerprint === null ? null : { codes: [fingerprint] },
    ]),
    empty: 'No entity.',
  };
}
