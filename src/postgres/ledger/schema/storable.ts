/** Text as a text column can hold it: NUL characters and unpaired surrogates written as their JSON escapes. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const UNSTORABLE = /\0|\p{Surrogate}/gu;
