import { MaxLength } from 'class-validator';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { entityJobs } from '../../../../src/app/project/entity-jobs';
import { knownToday } from '../../../../src/core/run/fingerprint-fixes';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../../src/core/mapping/wire';
import type { RunRecord } from '../../../../src/core/run/run-record';
import { integer, trimmed } from '../../../../src/core/transforms';
import { NO_SETTINGS } from '../../../../src/core/run/run-settings';

@Entity()
class Kept {
  @PrimaryColumn('int') id!: number;
  @Column('varchar', { length: 12 }) label!: string;
}

const asIs = { to: (value: string) => value, from: (value: string) => value };

@Entity()
class Part {
  @PrimaryColumn('int') id!: number;
  @Column('int', { name: 'kept_id' }) keptId!: number;
  @ManyToOne(() => Kept) @JoinColumn({ name: 'kept_id' }) kept!: Kept;
  @MaxLength(20) @Column('varchar', { length: 30, transformer: asIs }) name!: string;
  @Column('int', { default: 3 }) left!: number;
}

interface PartRow {
  ID: NumberText;
  KEPT_ID: NumberText;
  NAME: string | null;
}

const ofKept = legacyTable<{ ID: NumberText; LABEL: string }>('KEPT', { key: ['ID'] });
const ofPart = legacyTable<PartRow>('PART', { key: ['ID'] });
const kept = ofKept.mapTo(Kept, { id: ofKept.from('ID', integer), label: ofKept.from('LABEL', trimmed) });
const part = ofPart.mapTo(
  Part,
  {
    id: ofPart.from('ID', integer),
    keptId: ofPart.from('KEPT_ID', integer),
    name: ofPart.from('NAME', trimmed).or('none'),
    left: ofPart.leftOut('the default'),
  },
  { where: "NAME <> 'x'", orphans: { keptId: 'reject' } },
);
const jobs = entityJobs({ mappings: [kept, part], entities: [Kept, Part] }, { entities: [], where: {} });

/** What the builds of these commits said of the same entities and mappings, read out of them. */
const BUILDS = [
  {
    commit: '5c34e1f',
    fingerprints: { kept: '6134fa05ab506fdc', part: '214a32da498f98aa' },
    lacks: 'relations, validation rules or column transformers',
  },
  {
    commit: '1d0dabe',
    fingerprints: { kept: '9c0f9221e440374a', part: '0eeddec5e7a1a546' },
    lacks: 'relations or validation rules',
  },
];
const TODAY = { kept: '7b9ff636a26382ad', part: '4912ef35248cde16' };

function runWith(fingerprints: RunRecord['fingerprints']): RunRecord {
  const facts = { id: 'r1', scn: '7', source: 'a', target: 'b', settings: NO_SETTINGS, state: 'failed' } as const;
  return { ...facts, fingerprints, startedAt: '2026-01-01T00:00:00Z', finishedAt: null };
}

describe('fingerprints of earlier builds', () => {
  it.each(BUILDS)('are known again as the build of $commit made them', ({ fingerprints, lacks }) => {
    const run = runWith(fingerprints);
    const known = knownToday(run, jobs);
    expect(known.run).toEqual({ ...run, fingerprints: TODAY });
    expect(known.issues).toMatchObject([{ code: 'FINGERPRINT_PARTIAL', level: 'warning' }]);
    expect(known.issues[0]?.message).toMatch(new RegExp(`of kept, part does not cover ${lacks} of the entities$`));
  });

  it('are today what they have been since', () => {
    const run = runWith(TODAY);
    expect(Object.fromEntries(jobs.map(({ entity, fingerprint }) => [entity, fingerprint]))).toEqual(TODAY);
    expect(knownToday(run, jobs)).toEqual({ run, issues: [] });
  });

  it.each(BUILDS)('stand for no other mapping, by the build of $commit', ({ fingerprints }) => {
    const changed = ofKept.mapTo(Kept, { id: ofKept.from('ID', integer), label: ofKept.from('LABEL') });
    const others = entityJobs({ mappings: [changed, part], entities: [Kept, Part] }, { entities: [], where: {} });
    expect(knownToday(runWith(fingerprints), others).run.fingerprints).toEqual({ ...TODAY, kept: fingerprints.kept });
  });
});
