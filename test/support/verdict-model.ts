import fc from 'fast-check';

export const NAMES = ['alpha', 'beta'] as const;
export type Name = (typeof NAMES)[number];
/** The closer, the later. */
export const LEVELS = ['counts', 'keys', 'rows'] as const;
type Level = (typeof LEVELS)[number];

export type Step =
  | { readonly do: 'damage'; readonly entity: Name; readonly how: 'missing' | 'swapped' | 'changed' }
  | { readonly do: 'validate'; readonly level: Level; readonly entities: readonly Name[] }
  | { readonly do: 'put back'; readonly entity: Name }
  | { readonly do: 'repair' }
  | { readonly do: 'retry'; readonly entity: Name }
  | { readonly do: 'reset'; readonly entities: readonly Name[] }
  | { readonly do: 'load'; readonly until: 'a chunk' | 'the end' };

const entity = fc.constantFrom(...NAMES);
const some = fc.constantFrom<readonly Name[]>(NAMES, NAMES, ['beta']);
const one = <T>(value: T): fc.Arbitrary<T> => fc.constant(value);
const validate: fc.Arbitrary<Step> = fc.record({
  do: one('validate' as const),
  level: fc.constantFrom(...LEVELS),
  entities: some,
});
const damage: fc.Arbitrary<Step> = fc.record({
  do: one('damage' as const),
  entity,
  how: fc.constantFrom('missing' as const, 'swapped' as const, 'changed' as const),
});
const retry: fc.Arbitrary<Step> = fc.record({ do: one('retry' as const), entity });
const reset: fc.Arbitrary<Step> = fc.record({ do: one('reset' as const), entities: some });
const REPAIR: Step = { do: 'repair' };
const WHOLE: Step = { do: 'load', until: 'the end' };
const PARTLY: Step = { do: 'load', until: 'a chunk' };

const begun = fc.oneof(one([WHOLE]), one([WHOLE]), fc.tuple(one(PARTLY), validate, one(WHOLE)));
/** What somebody does about it, or does not. */
const then = fc.oneof(
  { weight: 3, arbitrary: one([REPAIR]) },
  fc.tuple(retry),
  fc.tuple(retry, damage),
  fc.tuple(damage),
  fc.tuple(reset, one(WHOLE)),
  fc.tuple(reset, one(PARTLY), validate, one(WHOLE)),
);

/** Loaded, damaged, compared, and compared again after anything. */
export const verdictSteps: fc.Arbitrary<readonly Step[]> = fc
  .tuple(begun, damage, validate, then, validate, validate)
  .map(([first, harm, middle, later, again, last]) => [...first, harm, middle, ...later, again, last]);

const COUNTED: Step = { do: 'validate', level: 'counts', entities: NAMES };
const BY_KEYS: Step = { do: 'validate', level: 'keys', entities: NAMES };
const BY_ROWS: Step = { do: 'validate', level: 'rows', entities: NAMES };
const PUT_BACK: Step = { do: 'put back', entity: 'alpha' };
const BETA_ANEW: readonly Step[] = [{ do: 'reset', entities: ['beta'] }, WHOLE];

/**
 * What the ledger does not know of: rows that were put back by hand. That they differed says that no earlier comparison stands which found
 * nothing. Nor does one where the run was started again since, here to load the other entity anew; what differed before that still does.
 */
export const PUT_BACK_BY_HAND: readonly Step[] = [
  ...[WHOLE, BY_ROWS, { do: 'damage', entity: 'alpha', how: 'missing' } as const, BY_KEYS, PUT_BACK, BY_KEYS],
  ...[{ do: 'damage', entity: 'alpha', how: 'changed' } as const, BY_ROWS, ...BETA_ANEW, COUNTED],
  ...[PUT_BACK, BY_ROWS, ...BETA_ANEW],
];

type Rows = readonly (readonly [number, string])[];

interface Remembered {
  /** What the table should hold; what it holds. */
  wanted: Rows;
  actual: Rows;
  /** All chunks of it are there. */
  isWhole: boolean;
  /** Comparisons that found nothing, since anything was done to the rows or anything was found. */
  clean: Level[];
  /** How closely one has to look to clear what was found. */
  failed: Level | null;
}

const isAsClose = (one: Level, other: Level): boolean => LEVELS.indexOf(one) >= LEVELS.indexOf(other);
const NOTHING: Remembered = { wanted: [], actual: [], isWhole: false, clean: [], failed: null };

/** What a careful person knows of a run who has seen all that was done and looked at the rows; by no code of the product. */
export class VerdictModel {
  static readonly legacy: Rows = [
    [1, 'one'],
    [2, 'two'],
    [3, 'bad'],
    [4, 'four'],
    [5, 'five'],
  ];
  state: 'reset' | 'interrupted' | 'complete' = 'reset';
  private readonly of: Record<Name, Remembered> = { alpha: { ...NOTHING }, beta: { ...NOTHING } };
  /** Tables that take the bad row. */
  private readonly open = new Set<Name>();
  private damages = 0;

  damage({ entity: name, how }: Step & { do: 'damage' }): string[] {
    const row = this.of[name].actual[this.damages % Math.max(1, this.of[name].actual.length)];
    if (row === undefined) return [];
    this.damages += 1;
    const at = `where id = ${row[0]}`;
    if (how === 'missing') return [`delete from ${name} ${at}`];
    if (how === 'swapped') return [`update ${name} set id = ${100 + this.damages} ${at}`];
    return [`update ${name} set name = 'changed ${this.damages}' ${at}`];
  }

  putBack(name: Name): string[] {
    const rows = this.of[name].wanted.map(([id, text]) => `(${id}, '${text}')`);
    return [`delete from ${name}`, `insert into ${name} values ${rows.join(', ')}`];
  }

  look(actual: Readonly<Record<Name, Rows>>): void {
    for (const name of NAMES) this.of[name].actual = actual[name];
  }

  /** What a comparison must end with; it is remembered. */
  validated(level: Level, entities: readonly Name[]) {
    if (this.state === 'reset') return { exit: 3, provenBy: {}, standing: [] as Name[] };
    const standing = entities.filter((name) => {
      const { failed } = this.of[name];
      return failed !== null && !isAsClose(level, failed);
    });
    const differing = entities.filter((name) => this.differs(name, level));
    const bad = entities.filter((name) => standing.includes(name) || differing.includes(name));
    const proven = entities.map((name) => [name, level === 'counts' || bad.includes(name) ? null : level] as const);
    for (const name of entities) this.remember(name, level, differing.includes(name));
    const exit = this.state !== 'complete' || bad.length > 0 ? 3 : 0;
    return { exit, provenBy: Object.fromEntries(proven), standing };
  }

  provenBy(name: Name): Level | null {
    const { isWhole, clean, failed } = this.of[name];
    const closest = [...LEVELS].reverse().find((level) => clean.includes(level)) ?? 'counts';
    return isWhole && failed === null && closest !== 'counts' ? closest : null;
  }

  /** Everything that was listed is as it should be. */
  repaired(actual: Readonly<Record<Name, Rows>>): void {
    for (const name of NAMES) {
      if (this.differs(name, 'rows')) this.of[name].clean = [];
    }
    this.look(actual);
  }

  retried(name: Name, actual: Readonly<Record<Name, Rows>>): void {
    const memory = this.of[name];
    if (!this.open.has(name)) {
      memory.wanted = VerdictModel.legacy;
      memory.clean = [];
    }
    this.open.add(name);
    this.look(actual);
  }

  taken(entities: readonly Name[], actual: Readonly<Record<Name, Rows>>): void {
    for (const name of entities) this.of[name] = { ...NOTHING };
    this.state = NAMES.every((name) => !this.of[name].isWhole && this.of[name].wanted.length === 0)
      ? 'reset'
      : 'interrupted';
    this.look(actual);
  }

  loaded(isAnew: boolean, isComplete: boolean, actual: Readonly<Record<Name, Rows>>): void {
    for (const name of NAMES) {
      if (isAnew) this.of[name] = { ...NOTHING };
      const memory = this.of[name];
      const wanted = VerdictModel.legacy.filter(([, text]) => this.open.has(name) || text !== 'bad');
      // What a table was found to lack before all of it was there, and what was only counted, is looked for anew.
      if (!memory.isWhole || memory.failed === 'counts') memory.failed = null;
      memory.clean = [];
      memory.wanted = isComplete || memory.isWhole ? wanted : actual[name];
      // All rows may be there by one chunk, and others, which hold none, still have to be read.
      memory.isWhole ||= isComplete;
    }
    this.state = isComplete ? 'complete' : 'interrupted';
    this.look(actual);
  }

  private remember(name: Name, level: Level, isDiffering: boolean): void {
    const memory = this.of[name];
    if (!isDiffering) {
      if (memory.failed !== null && isAsClose(level, memory.failed)) memory.failed = null;
      memory.clean.push(level);
      return;
    }
    memory.failed = memory.failed !== null && isAsClose(memory.failed, level) ? memory.failed : level;
    memory.clean = [];
  }

  /** Whether a comparison of that level can see that something is wrong. */
  private differs(name: Name, level: Level): boolean {
    const { wanted, actual, isWhole } = this.of[name];
    if (!isWhole || wanted.length !== actual.length) return true;
    if (level === 'counts') return false;
    const keys = (rows: Rows): string =>
      rows
        .map(([id]) => id)
        .sort()
        .join();
    if (keys(wanted) !== keys(actual)) return true;
    const texts = (rows: Rows): string =>
      rows
        .map((row) => row.join())
        .sort()
        .join(';');
    return level === 'rows' && texts(wanted) !== texts(actual);
  }
}
