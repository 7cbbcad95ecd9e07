import { InvalidArgumentError } from 'commander';
import { MigrationError } from '../core/errors';
import type { RejectLimit } from '../core/run/reject-limit';

/** A whole number within bounds, both included. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** A positive number up to `most`, fractions included. */
export function positiveNumber(most: number): (text: string) => number {
  return (text) => {
    const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (number > 0 && number <= most) return number;
    throw new InvalidArgumentError(`It must be a number above 0, up to ${most}.`);
  };
}

/** A SHA-256 in hexadecimal, in lower case. */
export function sha256(text: string): string {
  if (/^[\da-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('It must be a SHA-256: 64 hexadecimal digits.');
}

/** `100` rows, or `0.5%` of the rows to be read. */
export function rejectLimit(text: string): RejectLimit {
  const [, amount = '', percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  if (percent === '%' && Number(amount) <= 100) return { kind: 'percent', percent: Number(amount) };
  if (percent === '' && /^\d{1,15}$/.test(amount)) return { kind: 'rows', rows: Number(amount) };
  throw new InvalidArgumentError('It must be a number of rows (100) or a share of at most 100% (1%).');
}

/**
 * Conditions by entity, of `entity=condition` texts. With a single `--entity` the name may be left out; a condition that holds
 * an equals sign itself is told apart by that name. Throws USAGE.
 */
export function conditionsByEntity(texts: readonly string[], entities: readonly string[]): Record<string, string> {
  const conditions: Record<string, string> = {};
  for (const text of texts) {
    const { entity, condition } = conditionOf(text, entities);
    if (entity in conditions) throw whereTwice(entity);
    conditions[entity] = condition;
  }
  return conditions;
}

function conditionOf(
  text: string,
  entities: readonly string[],
): { readonly entity: string; readonly condition: string } {
  const [, name = '', rest = ''] = /^\s*([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  const [only, ...others] = entities;
  if (name !== '' && (only === undefined || entities.includes(name))) return nonEmpty(name, rest);
  if (only !== undefined && others.length === 0) return nonEmpty(only, text);
  throw whereWithoutEntity();
}

function nonEmpty(entity: string, condition: string): { readonly entity: string; readonly condition: string } {
  if (condition.trim() === '') throw whereWithoutEntity();
  return { entity, condition: condition.trim() };
}

function whereWithoutEntity(): MigrationError {
  return new MigrationError('USAGE', '--where does not say which entity it is for', {
    hint: 'Write --where "coil=STATUS <> \'X\'", or name a single --entity.',
  });
}

function whereTwice(entity: string): MigrationError {
  return new MigrationError('USAGE', `--where is given twice for ${entity}`, {
    hint: 'Join the two conditions by AND.',
    facts: { entity },
  });
}
