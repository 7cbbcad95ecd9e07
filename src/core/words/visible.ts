/**
 * Text of which everything can be seen: what is no character, turns the direction of reading or takes no room is written as its JSON
 * escape. A name, a key or a driver's message can hold any of it, and a terminal would obey it.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{Surrogate}/gu;

/** Whether a text has any of it. */
export function hasUnseen(text: string): boolean {
  return text.search(UNSEEN) !== -1;
}

/** A text with each such character as `escape` writes its code point. */
export function replaceUnseen(text: string, escape: (code: number) => string): string {
  return text.replace(UNSEEN, (character) => escape(character.codePointAt(0) ?? 0));
}

/** The same for text of several lines, which stay lines. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** JSON of a value, all of which can be seen: the escapes are JSON's own, so that it reads back as the very same value. */
export function visibleJson(value: unknown, indent?: number): string {
  return visibleLines(JSON.stringify(value, null, indent));
}
