import fc from 'fast-check';
import { withStandingDifferences } from '../../../../src/app/standing-differences';
import { COMPARE_LEVELS, type CompareLevel } from '../../../../src/core/comparison/comparison';
import type { RunTrail, ValidationRecord } from '../../../../src/core/run/evidence';
import type { EntityVerdict } from '../../../../src/core/run/outcomes';
import type { EntityProgress, RunRecord } from '../../../../src/core/run/run-record';
import { isAsClose } from '../../../../src/core/run/proof';
import { markOf } from '../../../../src/core/run/trail-mark';
import type { RunReport } from '../../../../src/report/evidence/run-report';
import { validationReport } from '../../../../src/report/screen/validation';
import { runIssues } from '../../../../src/validate/validate';
import {
  aComparedVerdict,
  aProgress,
  aReport,
  aRunRecord,
  aStart,
  aTally,
  at,
  aValidation,
} from '../../../support/a-report';

const ENTITIES = ['customer', 'coil'] as const;
type Entity = (typeof ENTITIES)[number];

/** What is wrong with the rows of an entity, and the weakest comparison that sees it. */
const DAMAGES = { missing: 'counts', swapped: 'keys', changed: 'rows' } as const;
type Damage = keyof typeof DAMAGES;

type Step =
  | { readonly do: 'damage'; readonly entity: Entity; readonly damage: Damage }
  | {
      readonly do: 'validate';
      readonly level: CompareLevel;
      readonly entities: readonly Entity[];
      readonly mapping: 'same' | 'other';
    }
  | { readonly do: 'repair' | 'retry' | 'reset'; readonly entity: Entity }
  | { readonly do: 'resume' };

const entity = fc.constantFrom(...ENTITIES);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('damage' as const),
    entity,
    damage: fc.constantFrom<Damage>('missing', 'swapped', 'changed'),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('validate' as const),
      level: fc.constantFrom(...COMPARE_LEVELS),
      entities: fc.constantFrom<readonly Entity[]>(ENTITIES, ENTITIES, ['coil']),
      mapping: fc.constantFrom<'same' | 'other'>('same', 'same', 'same', 'same', 'other'),
    }),
  },
  fc.record({ do: fc.constantFrom('repair' as const, 'retry' as const, 'reset' as const), entity }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('resume' as const) }) },
);

/** What a careful person would remember of one entity. */
interface Remembered {
  isLoaded: boolean;
  damage: Damage | null;
  /** Comparisons that found nothing since anything was done to the rows, or any other has found something. */
  clean: CompareLevel[];
  /** How closely one has to look to clear what was found; null where nothing speaks against it. */
  failed: CompareLevel | null;
}

/** A run with its ledger, and beside it what a careful person remembers; both are told the same. */
class Sequence {
  readonly memory = new Map<Entity, Remembered>(
    ENTITIES.map((name) => [name, { isLoaded: true, damage: null, clean: [], failed: null }]),
  );
  readonly done = { repair: 0, retry: 0, reset: 0, resume: 0, comparison: 0 };
  private readonly trail: { -readonly [Part in keyof RunTrail]?: RunTrail[Part] } & Pick<
    RunTrail,
    'starts' | 'validations' | 'repairs' | 'retries' | 'resets'
  > = { starts: [aStart(1)], validations: [], repairs: [], retries: [], resets: [] };
  private seconds = 100;
  private state: RunRecord['state'] = 'complete';

  /** The exit code of a validation, and what was visible to it; null of all else. */
  apply(next: Step): { readonly exit: number; readonly expected: number } | null {
    this.seconds += 10;
    switch (next.do) {
      case 'damage':
        if (this.of(next.entity).isLoaded) this.of(next.entity).damage = next.damage;
        return null;
      case 'validate':
        return this.validate(next);
      case 'repair':
        return this.repair(next.entity);
      case 'retry':
        return this.retry(next.entity);
      case 'reset':
        return this.reset(next.entity);
      case 'resume':
        return this.resume();
    }
  }

  report(): RunReport {
    return aReport({ run: this.run(), progress: this.progress(), trail: this.trail });
  }

  private of(name: Entity): Remembered {
    return this.memory.get(name)!;
  }

  private run(): RunRecord {
    return aRunRecord({ state: this.state });
  }

  private progress(): EntityProgress[] {
    return ENTITIES.filter((name) => this.of(name).isLoaded).map((name) => aProgress(name));
  }

  private validate({ level, entities, mapping }: Step & { do: 'validate' }): { exit: number; expected: number } {
    this.done.comparison += 1;
    const verdicts = entities.map((name) => this.compared(name, level, mapping));
    const run = { ...this.run() };
    const issues = runIssues(run, this.progress());
    const shown = withStandingDifferences(verdicts, { level, history: { ...this.trail, state: run.state } });
    const { exitCode, output } = validationReport(run.id, shown, { issues });
    if (level === 'counts') expect(output).not.toMatch(/proven by|validated/i);
    const expected = this.expectedExit(verdicts, level);
    const record: ValidationRecord = {
      ...aValidation({ level, verdicts, issues, at: at(this.seconds), start: this.trail.starts.at(-1)?.nth ?? null }),
      seen: markOf(this.trail),
    };
    this.trail.validations = [...this.trail.validations, record];
    for (const verdict of verdicts) this.remember(verdict, level, mapping);
    return { exit: exitCode, expected };
  }

  /** What the tools see of the rows as they are. */
  private compared(name: Entity, level: CompareLevel, mapping: 'same' | 'other'): EntityVerdict {
    const { isLoaded, damage } = this.of(name);
    const error = (code: string) => ({ code, level: 'error', subject: name, message: code }) as const;
    if (!isLoaded)
      return aComparedVerdict(name, 'counts', {
        tally: aTally({ read: 0, inserted: 0, rejected: 0 }),
        issues: [error('COUNT_MISMATCH')],
      });
    const reached = mapping === 'other' ? 'counts' : level;
    const isSeen = damage !== null && isAsClose(reached, DAMAGES[damage]);
    const changed = mapping === 'other' && level !== 'counts' ? [error('MAPPING_CHANGED')] : [];
    return aComparedVerdict(name, reached, { issues: [...changed, ...(isSeen ? [error('ROWS_DIFFER')] : [])] });
  }

  private expectedExit(verdicts: readonly EntityVerdict[], level: CompareLevel): number {
    if (this.state !== 'complete') return 3;
    const isBad = ({ entity: name, issues }: EntityVerdict): boolean => {
      const { failed } = this.of(name as Entity);
      return issues.length > 0 || (failed !== null && !isAsClose(level, failed));
    };
    return verdicts.some(isBad) ? 3 : 0;
  }

  private remember({ entity: name, issues }: EntityVerdict, level: CompareLevel, mapping: 'same' | 'other'): void {
    const memory = this.of(name as Entity);
    const reached = mapping === 'other' || !memory.isLoaded ? 'counts' : level;
    if (issues.length === 0) {
      if (memory.failed !== null && isAsClose(reached, memory.failed)) memory.failed = null;
      memory.clean.push(reached);
      return;
    }
    memory.failed = memory.failed !== null && isAsClose(memory.failed, reached) ? memory.failed : reached;
    // That it could not be made says nothing of the rows.
    if (issues.some(({ code }) => code !== 'MAPPING_CHANGED')) memory.clean = [];
  }

  private repair(name: Entity): null {
    const memory = this.of(name);
    if (!memory.isLoaded || this.state !== 'complete') return null;
    this.done.repair += 1;
    const one = { entity: name, inserted: 0, replaced: 1, deleted: 0, undoubled: 0, left: 0 };
    this.trail.repairs = [...this.trail.repairs, { at: at(this.seconds), entities: [one] }];
    Object.assign(memory, { damage: null, clean: [] });
    return null;
  }

  private retry(name: Entity): null {
    const memory = this.of(name);
    if (!memory.isLoaded || this.state !== 'complete') return null;
    this.done.retry += 1;
    const before = this.trail.retries.find((one) => one.entity === name)?.rows ?? 0;
    const others = this.trail.retries.filter((one) => one.entity !== name);
    this.trail.retries = [...others, { entity: name, fingerprint: 'f9', rows: before + 1, at: at(this.seconds) }];
    memory.clean = [];
    return null;
  }

  private reset(name: Entity): null {
    this.done.reset += 1;
    this.state = 'interrupted';
    this.trail.resets = [...this.trail.resets, { at: at(this.seconds), entities: [name] }];
    this.trail.retries = this.trail.retries.filter((one) => one.entity !== name);
    Object.assign(this.of(name), { isLoaded: false, damage: null, clean: [], failed: null });
    return null;
  }

  private resume(): null {
    if (this.state === 'complete') return null;
    this.done.resume += 1;
    this.state = 'complete';
    const nth = this.trail.starts.length + 1;
    this.trail.starts = [...this.trail.starts, aStart(nth, { at: at(this.seconds) })];
    for (const memory of this.memory.values()) {
      // What an entity without rows was found to lack is there now.
      if (!memory.isLoaded) memory.failed = null;
      // Counts are made anew of a resumed run: nothing says that they were not those of the rows that came since.
      if (memory.failed === 'counts') memory.failed = null;
      Object.assign(memory, { isLoaded: true, clean: [] });
    }
    return null;
  }
}

const CLOSEST = [...COMPARE_LEVELS].reverse();

describe('the verdicts of a run to which anything is done in any order', () => {
  it('prove no more than was compared, never end with 0 over a failed comparison that stands, and name all that was done', () => {
    const kinds = new Set<string>();
    const exits = new Set<string>();
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        const sequence = new Sequence();
        for (const next of steps) {
          const told = sequence.apply(next);
          if (told !== null) {
            expect(told.exit).toBe(told.expected);
            exits.add(`${next.do === 'validate' ? next.level : ''} ${told.exit}`);
          }
          holds(sequence);
        }
        kinds.add(sequence.report().verdict.kind);
      }),
      { seed: 13, numRuns: 120 },
    );
    // The sequences reach every verdict and exit code: none of the above holds for want of cases.
    expect([...kinds].sort()).toEqual([
      'counted',
      'not-complete',
      'not-proven',
      'not-validated',
      'partly-proven',
      'proven',
    ]);
    expect([...exits].sort()).toEqual(['counts 0', 'counts 3', 'keys 0', 'keys 3', 'rows 0', 'rows 3']);
  });

  function holds(sequence: Sequence): void {
    const report = sequence.report();
    const { verdict, events, entities } = report;
    for (const { entity: name, provenBy } of entities) {
      const { isLoaded, clean, failed } = sequence.memory.get(name as Entity)!;
      const closest = CLOSEST.find((level) => clean.includes(level)) ?? 'counts';
      const isProven = isLoaded && failed === null && closest !== 'counts';
      expect([name, provenBy]).toEqual([name, isProven ? closest : null]);
    }
    if (verdict.kind === 'proven') expect(entities.every(({ provenBy }) => provenBy !== null)).toBe(true);
    else expect(verdict.sentence).not.toMatch(/^Complete and accounted for: /);
    const { done } = sequence;
    const named = (text: RegExp): boolean => verdict.history.some((phrase) => text.test(phrase));
    expect([named(/were repaired|was repaired/), named(/taken back by a reset/), named(/resumed/)]).toEqual([
      done.repair > 0,
      done.reset > 0,
      done.resume > 0,
    ]);
    const times = (what: string): number => events.filter((event) => event.what === what).length;
    expect(['repair', 'reset', 'resume', 'comparison'].map(times)).toEqual([
      done.repair,
      done.reset,
      done.resume,
      done.comparison,
    ]);
    expect(events.map((event) => event.at)).toEqual(events.map((event) => event.at).sort());
    expect(named(/loaded later/)).toBe(report.retries.length > 0);
  }
});
