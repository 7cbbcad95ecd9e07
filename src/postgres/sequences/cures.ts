import type { Cure } from '../../core/run/cures';
import { schemaCure } from '../catalogue/privileges';
import { ident, literal, qualified } from '../session/sql';
import type { Feeding } from './feeding';
import type { Position } from './position';

type Rights = Pick<Feeding, 'sequence' | 'owner' | 'schemaOwner' | 'role' | 'usable'>;

/** The grants by which this user may read a sequence, or set it too. */
export function grantCures(
  { sequence, owner, schemaOwner, role, usable }: Rights,
  privileges: 'select' | 'select, update',
): Cure[] {
  const grant = `grant ${privileges} on sequence ${qualified(sequence)} to ${ident(role)}`;
  const ofSchema = usable ? [] : [schemaCure(sequence.schema, { by: schemaOwner, role })];
  return [...ofSchema, { by: owner, statement: grant }];
}

/**
 * Sets a sequence past the greatest number, in step with its increment, and only where it is not there yet: the application may draw
 * numbers meanwhile. `position` null: where it stands is for the statement to see.
 */
export function settingCure(
  { sequence, owner, increment, maximum }: Feeding,
  { greatest, position }: { readonly greatest: bigint; readonly position: Position | null },
): Cure {
  const name = qualified(sequence);
  const beyond = position === null ? greatest + increment : nextBeyond({ increment, position, greatest });
  const steps = `last_value + ((${greatest} - last_value) / ${increment} + 1) * ${increment}`;
  // With none left the next one is an error, and not a number that is taken.
  const setting = beyond > maximum ? `${maximum}, true` : `${position === null ? steps : beyond}, false`;
  const statement = `select setval(${literal(name)}, ${setting}) from ${name} where last_value <= ${greatest}`;
  return { by: owner, statement };
}

/** The number that a sequence gives next. */
export function nextOf({ last, called }: Position, increment: bigint): bigint {
  return called ? last + increment : last;
}

/** The first of its numbers beyond the greatest, which is not less than its next. */
export function nextBeyond({
  increment,
  position,
  greatest,
}: {
  readonly increment: bigint;
  readonly position: Position;
  readonly greatest: bigint;
}): bigint {
  const next = nextOf(position, increment);
  return next + ((greatest - next) / increment + 1n) * increment;
}
