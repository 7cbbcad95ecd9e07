import type { TargetValue } from '../mapping/wire';
import { withoutTrailing } from './without-trailing';
import { elementsOf } from './canonical-array';
import { endOfString } from './json-strings';
import { elementKind, type CanonicalKind } from './canonical-text';

type Filled = Exclude<TargetValue, null>;

/** What a column takes from some values though it stores them: it is a change of the value, and counted as one. */
export interface Narrowing {
  /** How the change is called in the account: `stored as real`. */
  readonly kind: string;
  /** Whether the column keeps less than the value that is on its way to it. */
  readonly narrows: (value: Filled) => boolean;
}

interface NarrowingColumn {
  readonly kind: CanonicalKind;
  readonly maxLength: number | null;
}

/**
 * Null for a column that stores a value whole or refuses it, as nearly all do. A binary float keeps a number where it gives the same
 * digits back, as many as there were; `char(n)` gives back blanks up to n, whatever there were; `jsonb` has one member of a name.
 */
export function narrowingOf({ kind, maxLength }: NarrowingColumn): Narrowing | null {
  const element = elementKind(kind);
  return element === null ? ofScalar({ kind, maxLength }) : ofArray(ofScalar({ kind: element, maxLength }));
}

/** An array is narrowed where any of its elements is. */
function ofArray(element: Narrowing | null): Narrowing | null {
  if (element === null) return null;
  const { kind, narrows } = element;
  return { kind: `${kind}[]`, narrows: (value) => typeof value === 'string' && elementsOf(value).some(narrows) };
}

function ofScalar({ kind, maxLength }: NarrowingColumn): Narrowing | null {
  if (kind === 'float4') return { kind: 'stored as real', narrows: (value) => losesDigits(value, Math.fround) };
  if (kind === 'float8') return { kind: 'stored as double precision', narrows: (value) => losesDigits(value, Number) };
  if (kind === 'jsonb') return { kind: 'stored as jsonb', narrows: losesMembers };
  if (kind !== 'padded' || maxLength === null) return null;
  return { kind: `stored as char(${maxLength})`, narrows: (value) => losesBlanks(value, maxLength) };
}

/** How a value is counted that a type left to the server gives back otherwise than it was sent; an array's name begins with `_`. */
export function storedAs(type: string): string {
  return `stored as ${type.replace(/^_(.*)$/, '$1[]')}`;
}

const DECIMAL = /^[-+]?(\d*)(?:\.(\d*))?(?:[eE][-+]?\d{1,6})?$/;
/** More than `toPrecision` gives; no number of Oracle's has as many. */
const MOST_DIGITS = 100;
/** Every number of so few digits survives in the type; one with an exponent may be too small for that. */
const SURE = /^[^eE]{0,6}$/;

function losesDigits(value: Filled, held: (value: number) => number): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const text = String(value);
  if (SURE.test(text)) return false;
  const [matched, whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  const digits = withoutTrailing((whole + fraction).replace(/^0+/, ''), '0');
  if (matched === undefined || digits === '') return false;
  if (digits.length > MOST_DIGITS) return true;
  const shown = Math.abs(held(Number(text))).toPrecision(digits.length);
  return shown.replace(/e.*$/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '') !== digits;
}

function losesBlanks(value: Filled, maxLength: number): boolean {
  return typeof value === 'string' && value.endsWith(' ') && Array.from(value).length !== maxLength;
}

const NAME_END = /\s*:/y;

function losesMembers(value: Filled): boolean {
  if (typeof value !== 'string') return false;
  const named = namesIn(value);
  if (named < 2) return false;
  try {
    return membersIn(JSON.parse(value)) < named;
  } catch {
    return false;
  }
}

/** Strings with a colon behind them. */
function namesIn(text: string): number {
  let named = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', NAME_END.lastIndex)) {
    const end = endOfString(text, at);
    NAME_END.lastIndex = end;
    if (NAME_END.test(text)) named += 1;
    else NAME_END.lastIndex = end;
  }
  return named;
}

/** A document may be nested deeper than functions can call themselves. */
function membersIn(document: unknown): number {
  let members = 0;
  const within = [document];
  for (let value = within.pop(); value !== undefined; value = within.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const inner: readonly unknown[] = Object.values(value);
    if (!Array.isArray(value)) members += inner.length;
    for (const one of inner) within.push(one);
  }
  return members;
}
