import fc from 'fast-check';
import { anyText, ODD } from '../../../support/any-text';
import { visible, visibleJson, visibleLines } from '../../../../src/core/words/visible';

/** Nothing that is not seen; what is written by hand here, so that the pattern of the product is not its own judge. */
const isSeen = (text: string): boolean =>
  Array.from(text).every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0x20 && !(code >= 0x7f && code < 0xa0) && !ODD.includes(code) && !(code >= 0xd800 && code < 0xf900);
  });

describe('visible', () => {
  it.each([
    ['a\u001b[31mred', 'a\\u001b[31mred'],
    ['two\nlines', 'two\\u000alines'],
    ['c1\u009b[2J', 'c1\\u009b[2J'],
    ['user\u202egpj.exe', 'user\\u202egpj.exe'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['filler\u3164', 'filler\\u3164'],
    ['tag\u{e0041}', 'tag\\udb40\\udc41'],
    ['Zoë 漢字 😀', 'Zoë 漢字 😀'],
  ])('writes %j as %s', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  it('leaves nothing that a terminal obeys or that nobody sees, and keeps lines where they are meant', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(isSeen(visible(text))).toBe(true);
        expect(visibleLines(text).split('\n').every(isSeen)).toBe(true);
        expect(visibleLines(text).split('\n')).toHaveLength(text.split('\n').length);
      }),
    );
  });

  it('leaves text alone that can be seen, so that nothing is escaped twice', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });
});

describe('visibleJson', () => {
  it('is the very same value to whoever reads it, and all of it can be seen', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, fc.array(anyText)), fc.constantFrom(undefined, 2), (value, indent) => {
        const text = visibleJson(value, indent);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value));
        expect(text.split('\n').every(isSeen)).toBe(true);
      }),
    );
  });
});
