import { ValueRejected } from '../errors';
import { quotedText } from '../mapping/step-text';
import { withoutPadding } from '../mapping/without-padding';
import { transform, type Transform } from '../mapping/transform';

/** `Y` is true, `N` is false, blank padding aside; anything else turns the row away. */
export const yesNo = transform(
  'yesNo',
  [],
  (value: string) => {
    const flag = value.length === 1 ? value : withoutPadding(value);
    if (flag === 'Y') return true;
    if (flag === 'N') return false;
    throw new ValueRejected('not Y or N');
  },
  { gives: 'boolean' },
);

type Code = string | number | boolean;

/**
 * Translates codes, blank padding aside; an unknown code turns the row away. The table is part of the mapping's fingerprint.
 * @example codeTable('status', { A: 'active', C: 'closed' })
 */
export function codeTable<const Codes extends Readonly<Record<string, Code>>>(
  name: string,
  codes: Codes,
): Transform<string, Codes[keyof Codes]> {
  const entries = Object.entries<Code>(codes).sort(([a], [b]) => (a < b ? -1 : 1));
  const meanings = new Map(entries);
  return transform(
    'codeTable',
    [name, ...entries.flat()],
    (value: string) => {
      const meaning = meanings.get(value) ?? meanings.get(withoutPadding(value));
      if (meaning === undefined) throw new ValueRejected('unknown code');
      return meaning as Codes[keyof Codes];
    },
    { gives: 'unknown', zone: 'kept', writes: Object.values(codes), shown: [quotedText(name), '{ … }'] },
  );
}
