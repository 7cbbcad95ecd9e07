import type { CompareLevel, DifferenceKind, MatchedBy } from '../core/comparison/comparison';
import type { DifferenceList } from '../core/comparison/difference-list';

type Members = Readonly<Record<string, unknown>>;

const LEVELS: readonly unknown[] = ['keys', 'rows'] satisfies CompareLevel[];
const KINDS: readonly unknown[] = ['missing', 'extra', 'doubled', 'different'] satisfies DifferenceKind[];
const MATCHED_BY: readonly unknown[] = ['primary key', 'legacy key', 'whole row'] satisfies MatchedBy['kind'][];

/** Whether a parsed file has the shape of a list of differences, down to each value of each row. */
export function isDifferenceList(content: Members): content is Members & DifferenceList {
  const { id, run, source, target, scn, level, entities } = content;
  return (
    [id, run, source, target].every(isText) &&
    isNullOr(isText, scn) &&
    LEVELS.includes(level) &&
    isListOf(isEntity, entities) &&
    new Set((entities as DifferenceList['entities']).map(({ entity }) => entity)).size ===
      (entities as DifferenceList['entities']).length
  );
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEntity(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['comparison'])) return false;
  const { entity, fingerprint, comparison, differences } = value;
  const { matchedBy, unlocated } = comparison;
  if (![entity, fingerprint].every(isText) || !isMatchedBy(matchedBy) || !isNullOr(isUnlocated, unlocated))
    return false;
  const keyLength = matchedBy.kind === 'whole row' ? null : matchedBy.columns.length;
  return isListOf((one) => isDifference(one, keyLength), differences);
}

function isMatchedBy(value: unknown): value is MatchedBy {
  return isObject(value) && MATCHED_BY.includes(value['kind']) && isListOf(isText, value['columns']);
}

function isUnlocated(value: unknown): boolean {
  return isObject(value) && isCount(value['groups']) && isCount(value['rows']);
}

/** `keyLength`: of the target's key; null where rows have none. */
function isDifference(value: unknown, keyLength: number | null): boolean {
  if (!isObject(value)) return false;
  const { kind, legacyKey, rowid, chunk, targetKey, properties, values } = value;
  return (
    KINDS.includes(kind) &&
    isNullOr(isLegacyKey, legacyKey) &&
    isNullOr(isText, rowid) &&
    isNullOr(isCount, chunk) &&
    (keyLength === null ? targetKey === null : isKey(targetKey, keyLength)) &&
    isListOf(isText, properties) &&
    isListOf(isValuePair, values)
  );
}

/** A JSON array of texts. */
function isLegacyKey(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return isListOf((part) => isNullOr(isText, part), JSON.parse(value));
  } catch {
    return false;
  }
}

function isKey(value: unknown, length: number): boolean {
  return isListOf((part) => isNullOr(isText, part), value) && (value as readonly unknown[]).length === length;
}

function isValuePair(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { property, column, expected = null, actual = null } = value;
  return isText(property) && isText(column) && [expected, actual].every((side) => isNullOr(isShown, side));
}

/** A text, or the length and hash of a long one. */
function isShown(value: unknown): boolean {
  if (!isObject(value)) return isText(value);
  const { length, sha256 } = value;
  return isCount(length) && isText(sha256);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isNullOr(is: (value: unknown) => boolean, value: unknown): boolean {
  return value === null || is(value);
}

function isListOf(is: (value: unknown) => boolean, value: unknown): boolean {
  return Array.isArray(value) && value.every(is);
}
