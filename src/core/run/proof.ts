import { COMPARE_LEVELS, type CompareLevel } from '../comparison/comparison';
import type { Issue } from '../issues';
import type { EntityVerdict } from './outcomes';

/** How an entity was proven. Counts that agree are no proof: other rows may stand in the place of those counted. */
export type ProvenLevel = Exclude<CompareLevel, 'counts'>;

/** Why less is proven of an entity than the level of its comparison would say. */
export interface Qualification {
  /** Code of the finding that says so. */
  readonly code: string;
  /** What the verdict says of the entity in place of `proven`. */
  readonly text: string;
  /** The level from which on it is proven all the same; null: it never is. */
  readonly provenFrom: ProvenLevel | null;
}

/**
 * The findings that qualify the verdict on the entity they are about. One that is found in the pre-flight of the run's latest start, or by
 * a comparison, with `entity` or `entity.property` as its subject, does so wherever a verdict is given: in `validate`, the summary and the report.
 */
const QUALIFYING: Readonly<Record<string, Omit<Qualification, 'code'>>> = {
  TRIGGERS_FIRE: { text: 'written while triggers fired', provenFrom: 'rows' },
  TRIGGERS_UNSEEN: { text: 'copied without the triggers that fire on its table', provenFrom: null },
  NOTHING_COMPARED: { text: 'not compared at all, for every row was skipped', provenFrom: null },
  SOURCE_NOT_COUNTED: { text: 'counted in the ledger alone', provenFrom: 'keys' },
  TYPE_BY_TEXT: { text: 'compared as the server writes it', provenFrom: null },
};

/** What qualifies the verdict on an entity, each finding once. */
export function qualificationsOf(entity: string, found: readonly Issue[]): Qualification[] {
  const codes = found.filter(({ subject }) => isAbout(entity, subject)).map(({ code }) => code);
  return [...new Set(codes)].flatMap((code) => {
    const qualifying = Object.hasOwn(QUALIFYING, code) ? QUALIFYING[code] : undefined;
    return qualifying === undefined ? [] : [{ code, ...qualifying }];
  });
}

/**
 * Of what a pre-flight has found, what qualifies a comparison of that level. A comparison of keys reads their columns alone and says by itself
 * which of them only the server can read.
 */
export function qualifyingBefore(level: CompareLevel, found: readonly Issue[]): readonly Issue[] {
  return level === 'keys' ? found.filter(({ code }) => code !== 'TYPE_BY_TEXT') : found;
}

function isAbout(entity: string, subject: string): boolean {
  return subject === entity || subject.startsWith(`${entity}.`);
}

/** Whether the counts of an entity were compared with those of the ledger alone, the source being out of reach. */
export function isCountedByLedger(qualifications: readonly Qualification[]): boolean {
  return qualifications.some(({ code }) => code === 'SOURCE_NOT_COUNTED');
}

/** How closely both sides were really compared: what could not be compared (its mapping was changed) was counted only. */
export function levelReached({ comparison }: Pick<EntityVerdict, 'comparison'>): CompareLevel {
  return comparison?.level ?? 'counts';
}

/** What a comparison of that level proves of an entity when it finds no difference; null where it proves nothing. */
export function provenBy(level: CompareLevel, qualifications: readonly Qualification[]): ProvenLevel | null {
  if (level === 'counts') return null;
  const isEnough = qualifications.every(({ provenFrom }) => provenFrom !== null && isAsClose(level, provenFrom));
  return isEnough ? level : null;
}

/** Whether a comparison looked at least as closely as another. */
export function isAsClose(level: CompareLevel, other: CompareLevel): boolean {
  return COMPARE_LEVELS.indexOf(level) >= COMPARE_LEVELS.indexOf(other);
}

/** The weakest of several levels; of none nothing was compared. */
export function weakest(levels: readonly CompareLevel[]): CompareLevel {
  return COMPARE_LEVELS.find((level) => levels.includes(level)) ?? 'counts';
}
