import { OraError } from '../../contract/ora-error';
import type { Emission } from '../values/emission';
import { typed, type Typed } from '../values/kind';
import { literal, qualified } from '../values/quote';

/** `seq.NEXTVAL` and `seq.CURRVAL`. ORA-02289. */
export function emitSequence(emission: Emission, path: readonly string[], position: number): Typed {
  const name = path.at(-2) ?? '';
  const owner = path.at(-3) ?? emission.session.currentSchema;
  if (!emission.dictionary.sequence(owner, name)) throw new OraError(2289, 'sequence does not exist', position);
  const call = path.at(-1) === 'NEXTVAL' ? 'nextval' : 'currval';
  return typed(`${call}(${literal(qualified(owner, name))})::numeric`, 'number');
}
