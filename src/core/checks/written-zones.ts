import type { Issue } from '../issues';
import type { FieldMapping } from '../mapping/table-mapping';
import type { Holds } from '../mapping/value-type';
import type { ZonedField } from './zoned-field';

const TIME_TEXT = /^(?:\d{4,}-\d\d-\d\d(?:[ T]\d\d:\d\d.*)?|\d\d:\d\d.*)$/;
const WITH_OFFSET = /\d\d:\d\d.*(?:Z|[+-]\d\d(?::?\d\d)*)(?: BC)?$/;

/** Times that stand in the sheet itself (constants, defaults, meanings of codes), with an offset where the column has none, or without. */
export function writtenZones({ field, live, subject }: ZonedField, holds: Holds): readonly Issue[] {
  const wrong = textsOf(field).filter((text) => WITH_OFFSET.test(text) !== (holds === 'moments'));
  return wrong.map((text) => ({
    code: 'ZONE_ASSUMED',
    level: 'error',
    subject,
    ...(holds === 'moments' ? offsetMissing(text, live.name, live.type) : offsetTooMuch(text, live.name, live.type)),
  }));
}

/** Texts of a sheet are the author's own words, not values of rows. */
function textsOf({ transform, nullRule }: FieldMapping): readonly string[] {
  const written = transform.flatMap(({ writes = [] }) => writes);
  const values = nullRule.kind === 'default' ? [...written, nullRule.value] : written;
  return values.filter((value): value is string => typeof value === 'string' && TIME_TEXT.test(value));
}

function offsetMissing(text: string, column: string, type: string): Pick<Issue, 'message' | 'hint'> {
  const whole = text.includes(':') ? text : `${text} 00:00:00`;
  return {
    message: `'${text}' in the sheet has no time zone, but ${column} is ${type}: it would be taken as UTC`,
    hint: `Write it with its offset: '${whole.replace(/( BC)?$/, '+00:00$1')}' for UTC, '${whole.replace(/( BC)?$/, '+01:00$1')}' for an hour east of it.`,
  };
}

function offsetTooMuch(text: string, column: string, type: string): Pick<Issue, 'message' | 'hint'> {
  return {
    message: `'${text}' in the sheet has an offset, but ${column} is ${type}, which has no time zone`,
    hint: `Write the local time that is meant, without an offset: '${text.replace(/(?:Z|[+-]\d\d(?::?\d\d)*)(?= BC$|$)/, '').trim()}'.`,
  };
}
