import type { EntityMetadata } from 'typeorm';

type Column = EntityMetadata['columns'][number];

/**
 * What TypeORM does to a property's value when it saves, its column transformers first; null where it writes the value as it is.
 * Lists arrive as arrays or as JSON text. A Date for a `date` column gives its day in UTC, whatever the machine's zone.
 */
export function savedAs(column: Column): ((value: unknown) => unknown) | null {
  const { transformer } = column;
  const steps =
    transformer === undefined ? [] : [transformer].flat().map((one) => (value: unknown) => one.to(value) as unknown);
  const last = writtenAs(column);
  const all = last === null ? steps : [...steps, last];
  if (all.length === 0) return null;
  return (value) => all.reduce<unknown>((current, step) => step(current), value);
}

/** How TypeORM itself writes a value, whatever transformers have made of it; null where it writes it as it is. */
export function writtenAs({ type, isArray, transformer }: Column): ((value: unknown) => unknown) | null {
  if (isArray) return (value) => ofList(value, arrayLiteral);
  if (type === 'simple-array') return (value) => ofList(value, (list) => list.map(String).join(','));
  if (type === 'date' && transformer !== undefined) return dayOf;
  return null;
}

function dayOf(value: unknown): unknown {
  return value instanceof Date ? value.toISOString().slice(0, 10) : value;
}

/** A text that is no JSON array is taken for what the column holds. */
function ofList(value: unknown, write: (list: readonly unknown[]) => string): unknown {
  const list = typeof value === 'string' && value.startsWith('[') ? parsed(value) : value;
  return Array.isArray(list) ? write(list) : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** PostgreSQL's text form of an array. */
function arrayLiteral(list: readonly unknown[]): string {
  return `{${list.map(elementText).join(',')}}`;
}

function elementText(element: unknown): string {
  if (element === null || element === undefined) return 'NULL';
  if (Array.isArray(element)) return arrayLiteral(element);
  const text = typeof element === 'string' ? element : JSON.stringify(element);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
