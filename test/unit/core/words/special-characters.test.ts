import { SPECIAL_CHARACTERS } from '../../../../src/core/words/special-characters';
import { textOf } from '../../../support/source-files';

describe('special characters', () => {
  it('are given with what a URL reads as them', () => {
    const pairs = [...SPECIAL_CHARACTERS.matchAll(/(%\w\w) \((.)\)/g)];
    expect(pairs).toHaveLength(6);
    for (const [, escape = '', character] of pairs) expect(decodeURIComponent(escape)).toBe(character);
  });

  it.each(['.env.example', 'docs/ERRORS.md'])('are written in %s as the hints say', (file) => {
    expect(textOf(file)).toContain(SPECIAL_CHARACTERS);
  });
});
