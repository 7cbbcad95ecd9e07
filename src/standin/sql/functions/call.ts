import { notImplemented } from '../../contract/ora-error';
import type { Call } from '../parse/ast';
import type { Emission } from '../values/emission';
import type { Typed } from '../values/kind';
import type { Scope } from '../values/scope';
import { invalidIdentifier } from '../parse/syntax-error';
import { AGGREGATE_FUNCTIONS } from './aggregate';
import { Arguments, type FunctionEmitter } from './arguments';
import { CHOICE_FUNCTIONS } from './choice';
import { MOMENT_FUNCTIONS } from './moment';
import { NUMBER_FUNCTIONS } from './number';
import { SYSTEM_FUNCTIONS } from './system';
import { TEXT_FUNCTIONS } from './text';

const FUNCTIONS = new Map<string, FunctionEmitter>(
  Object.entries({
    ...TEXT_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ...MOMENT_FUNCTIONS,
    ...CHOICE_FUNCTIONS,
    ...AGGREGATE_FUNCTIONS,
    ...SYSTEM_FUNCTIONS,
  }),
);

/** Functions 11.2 has not, so that their names are just unknown there. */
const SINCE_12 = new Set(
  `STANDARD_HASH APPROX_COUNT_DISTINCT JSON_VALUE JSON_QUERY JSON_OBJECT JSON_ARRAY JSON_TABLE VALIDATE_CONVERSION
   COLLATION ORA_INVOKING_USER CON_NAME_TO_ID CON_ID_TO_CON_NAME`.split(/\s+/),
);

/** A function call in PostgreSQL. ORA-00904 for what the release lacks, ORA-03001 by name for what the stand-in lacks. */
export function callFunction(emission: Emission, call: Call, scope: Scope): Typed {
  const emit = FUNCTIONS.get(call.name);
  if (emit !== undefined) return emit(new Arguments(emission, call, scope));
  if (SINCE_12.has(call.name) && !emission.modern) throw invalidIdentifier([call.name], call.position);
  throw notImplemented(`the function ${call.name}`, call.position);
}
