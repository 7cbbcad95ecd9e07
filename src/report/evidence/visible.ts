/**
 * Text of which everything can be seen: what is no character, turns the direction of reading or takes no room is written as its JSON
 * escape. A legacy key can hold any of it.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|\p{Surrogate}/gu;
