import { targetType } from '../canonical/target-types';
import type { Issue } from '../issues';
import { stepText } from '../mapping/step-text';
import type { FieldMapping, TransformStep } from '../mapping/table-mapping';
import type { Holds } from '../mapping/value-type';
import { atMidnight } from '../transforms';
import { sheetLine, writtenSteps } from './sheet-line';
import { writtenZones } from './written-zones';
import { fieldZone, type FieldZone } from './zone-state';
import type { ZonedField } from './zoned-field';

/** Whether a time on its way meets a column that has a zone where it has none, or the other way round, and nobody has said which zone. */
export function zoneFit(zoned: ZonedField): readonly Issue[] {
  const { field, column, live, dataTypes } = zoned;
  const holds = targetType(live.type)?.holds;
  if (holds === undefined) return [];
  const written = writtenZones(zoned, holds);
  const zone = fieldZone(field, dataTypes);
  if (column.toDatabase !== null) return [...written, ...ofUnknown(zoned, { ...zone, state: afterAll(zone) }, holds)];
  return [...written, ...ofKnown(zoned, zone, holds), ...ofUnknown(zoned, zone, holds)];
}

/** The entity's column transformer may make anything of a value, unless its zone is stated before. */
function afterAll({ state }: FieldZone): FieldZone['state'] {
  return state === 'without' || state === 'local' ? 'unknown' : state;
}

function ofKnown(zoned: ZonedField, { state, origin }: FieldZone, holds: Holds): readonly Issue[] {
  const has = holds === 'moments' ? state === 'without' : state === 'with';
  if (!has && state !== 'local') return [];
  if (holds === 'moments') return [zoneAssumed(zoned, utcAssumed(zoned))];
  return [zoneAssumed(zoned, origin === 'with' ? zoneLost(zoned) : zoneTooMuch(zoned))];
}

type Said = Pick<Issue, 'message' | 'hint'>;

function zoneAssumed({ subject }: ZonedField, said: Said): Issue {
  return { code: 'ZONE_ASSUMED', level: 'error', subject, ...said };
}

function utcAssumed({ field, live, dataTypes }: ZonedField): Said {
  const line = (zone: string): string => sheetLine(field, [...withoutMidnight(field).map(stepText), zone]);
  return {
    message: `${originText(field, dataTypes)} has no time zone, but ${live.name} is ${live.type}: its values would be taken as UTC`,
    hint: `Say in which zone they stand, ${line(PARIS)}, or that they are UTC, ${line(UTC)}. docs/TIME.md explains gap and fold.`,
  };
}

function zoneLost({ field, live, dataTypes }: ZonedField): Said {
  const steps = writtenSteps(field);
  const end = steps.at(-1)?.zone === 'dropped' ? -1 : steps.length;
  const texts = steps.map(stepText);
  const line = (zone: string): string => sheetLine(field, [...texts.slice(0, end), zone, ...texts.slice(end)]);
  return {
    message: `${originText(field, dataTypes)} has a time zone, but ${live.name} is ${live.type}, which has none`,
    hint: `Say the local time of which zone is meant, ${line(PARIS)}, or that it is UTC, ${line(UTC)}; or make the column timestamptz. See docs/TIME.md.`,
  };
}

/** A time without a zone that was made a moment, for a column that takes it as it was. */
function zoneTooMuch({ field, live, dataTypes }: ZonedField): Said {
  const steps = writtenSteps(field).filter(({ zone }) => zone !== 'stated');
  return {
    message: `inZone makes moments of ${originText(field, dataTypes)}, but ${live.name} is ${live.type}, which has no time zone`,
    hint: `Leave inZone out, ${sheetLine(field, steps.map(stepText))}, or make the column timestamptz. See docs/TIME.md.`,
  };
}

const PARIS = "inZone('Europe/Paris', { gap: 'reject', fold: 'reject' })";
const UTC = "inZone('UTC')";

/** `inZone` takes a day for its midnight. */
function withoutMidnight(field: FieldMapping): readonly TransformStep[] {
  const steps = writtenSteps(field);
  return steps.at(-1)?.name === atMidnight.step.name ? steps.slice(0, -1) : steps;
}

/** What a function of the user's own makes of a value is not known: only that it may lack a zone, or may have dropped one. */
function ofUnknown(zoned: ZonedField, { state, origin }: FieldZone, holds: Holds): readonly Issue[] {
  if (state !== 'unknown' || (holds === 'local times' && origin !== 'with')) return [];
  const { field, live, dataTypes, subject } = zoned;
  const taken = holds === 'moments' ? 'a text without an offset is taken as UTC' : 'the zone of its origin is lost';
  return [
    {
      code: 'ZONE_UNKNOWN',
      level: 'warning',
      subject,
      message: `what a function of your own makes of ${originText(field, dataTypes)} for ${live.name} (${live.type}) is not known; ${taken}`,
      hint: "End the chain with inZone('Europe/Paris') or inZone('UTC'), or write the offset into the text; see docs/TIME.md.",
    },
  ];
}

function originText({ columns, lookup }: FieldMapping, dataTypes: readonly string[]): string {
  if (lookup !== undefined) return `${lookup.value} (${dataTypes.join(', ')}), which it looks up,`;
  return columns.map((column, index) => `${column} (${dataTypes[index] ?? 'unknown'})`).join(', ');
}
