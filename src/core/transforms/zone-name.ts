import { didYouMean } from '../mapping/nearest-name';
import { MigrationError } from '../errors';
import { fixedRules, namedRules, type ZoneRules } from './zone-rules';

const OFFSET = /^([+-])(\d\d):(\d\d)$/;
/** PostgreSQL takes no offset beyond this. */
const MOST_HOURS = 15;

/** Zones that were asked for, so that the sheets of one project share what is known of them. */
const known = new Map<string, ZoneRules>();

/** The rules of `Europe/Paris`, `UTC` or `+05:30`. Throws MAPPING_INVALID, with the nearest names, where there is no such zone. */
export function rulesOfZone(zone: string): ZoneRules {
  const rules = known.get(zone) ?? newRules(zone);
  known.set(zone, rules);
  return rules;
}

/** Intl of Node 20 takes no offsets for zones, later ones do: here they mean the same on each. */
function newRules(zone: string): ZoneRules {
  const [matched, sign, hours, minutes] = OFFSET.exec(zone) ?? [];
  if (matched !== undefined) {
    if (Number(hours) > MOST_HOURS || Number(minutes) > 59) throw zoneUnknown(zone);
    const size = Number(hours) * 3600 + Number(minutes) * 60;
    return fixedRules(sign === '-' ? -size : size);
  }
  // Other forms of an offset would be a zone on one Node and none on another.
  if (!/^[A-Za-z]/.test(zone)) throw zoneUnknown(zone);
  try {
    return namedRules(zone);
  } catch (error) {
    if (error instanceof RangeError) throw zoneUnknown(zone);
    throw error;
  }
}

function zoneUnknown(zone: string): MigrationError {
  const names = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  return new MigrationError('MAPPING_INVALID', `inZone('${zone}') names no time zone`, {
    hint: `${nearest(zone, names)} Names are those of the IANA database (Europe/Paris), UTC, or an offset (+05:30).`,
    facts: { zone },
  });
}

/** A city alone is what people type: the end of a name is compared as well as the whole. */
function nearest(zone: string, names: readonly string[]): string {
  const cities = new Map(names.map((name) => [name.slice(name.lastIndexOf('/') + 1).toUpperCase(), name]));
  const city = cities.get(
    zone
      .slice(zone.lastIndexOf('/') + 1)
      .replaceAll(' ', '_')
      .toUpperCase(),
  );
  if (city !== undefined) return `Did you mean ${city}?`;
  return didYouMean(zone, names, 'No name is near to it.');
}
