import { ValueRejected } from '../errors';
import { alteration, transform, type Transform } from '../mapping/transform';

/** The reason given wherever a NUL character is found: PostgreSQL's text cannot hold one. */
export const NUL_REASON = 'contains a NUL character';

/** Turns away a text with a NUL character (U+0000). Every text is so checked in the end; this says it in the sheet. */
export const nulRefused = transform(
  'nulRefused',
  [],
  (value: string) => {
    if (value.includes('\0')) throw new ValueRejected(NUL_REASON);
    return value;
  },
  { gives: 'same', handles: ['nul'] },
);

/** Removes NUL characters. */
export const nulStripped = alteration('nulStripped', [], (value: string) => value.replaceAll('\0', ''), {
  gives: 'same',
  handles: ['nul'],
});

/** Puts `text` in the place of each NUL character. */
export function nulReplaced(text: string): Transform<string, string> {
  return alteration('nulReplaced', [text], (value: string) => value.replaceAll('\0', () => text), {
    gives: 'text',
    zone: 'kept',
    handles: ['nul'],
  });
}
