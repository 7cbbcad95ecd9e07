import { targetType } from '../canonical/target-types';
import type { FieldMapping, TransformStep } from '../mapping/table-mapping';
import type { ValueFamily } from '../mapping/value-type';

/**
 * What a value says of its time zone on its way: `without` and `with` one; `local`: a time with a zone of which a conversion has kept the local
 * part; `unknown`: a function of the user's own has made it; `stated`: `inZone` has made that good; `none`: it is no time.
 */
type ZoneState = 'none' | 'without' | 'with' | 'local' | 'unknown' | 'stated';

/** A field's state at the end of its chain, and what its origin columns are. */
export interface FieldZone {
  readonly state: ZoneState;
  readonly origin: 'none' | 'without' | 'with';
}

/** By data type of Oracle's dictionary, precisions dropped; others hold no time. */
const ORACLE_TIMES: Readonly<Record<string, 'without' | 'with'>> = {
  DATE: 'without',
  TIMESTAMP: 'without',
  'TIMESTAMP WITH TIME ZONE': 'with',
  'TIMESTAMP WITH LOCAL TIME ZONE': 'with',
};
const BY_HOLDS = { moments: 'with', 'local times': 'without' } as const;

/** `dataTypes`: those of the columns that the field reads, or of the column where its value is looked up. */
export function fieldZone({ transform }: FieldMapping, dataTypes: readonly string[]): FieldZone {
  const zones = dataTypes.map(zoneOfType);
  const origin = zones.find((zone) => zone === 'with') ?? zones.find((zone) => zone === 'without') ?? 'none';
  return { state: transform.reduce<ZoneState>(afterStep, origin), origin };
}

/** `dataType`: of Oracle's dictionary, or of the catalogue for a value that is looked up in the target. */
function zoneOfType(dataType: string): FieldZone['origin'] {
  const holds = targetType(dataType)?.holds;
  return holds === undefined ? (ORACLE_TIMES[dataType.replace(/\(\d+\)/g, '')] ?? 'none') : BY_HOLDS[holds];
}

function afterStep(state: ZoneState, step: TransformStep): ZoneState {
  switch (step.zone ?? zoneOf(step)) {
    case 'kept':
      return state;
    case 'dropped':
      return state === 'with' ? 'local' : state;
    case 'stated':
      return stated(state);
    case 'with':
      return 'with';
    case 'without':
      return 'without';
    case 'unknown':
      return 'unknown';
  }
}

const MAY_BE_TIMES: readonly ValueFamily[] = ['text', 'date', 'timestamp', 'oracle-time', 'unknown'];

/** Of a conversion that does not say what becomes of the zone. */
function zoneOf({ gives = 'unknown' }: TransformStep): 'kept' | 'unknown' {
  if (gives === 'same') return 'kept';
  return MAY_BE_TIMES.includes(typeof gives === 'object' ? gives.family : gives) ? 'unknown' : 'kept';
}

/** It makes a moment of a time without a zone; of one with a zone, what its column asks for. */
function stated(state: ZoneState): ZoneState {
  return state === 'without' || state === 'local' ? 'with' : 'stated';
}
