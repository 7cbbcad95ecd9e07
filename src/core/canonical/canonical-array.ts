/** A text for a value's canonical one, as an element of an array has it. */
type OfElement = (text: string) => string;

const BOUNDS = /^\s*((?:\[[^\]]*\])+)\s*=/;
const BLANK = /^[ \t\n\r\v\f]$/;

/** One element: its text, and whether it was written so that it cannot be NULL. */
interface Element {
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * `{"1","2",NULL}`: every element quoted and in its own canonical text, without white space between; bounds stand before it unless each
 * begins at 1. The server reads it as the same array. A text that is no array comes out as none that is stored.
 */
export function canonicalArray(text: string, ofElement: OfElement): string {
  const [bounded = '', bounds = ''] = BOUNDS.exec(text) ?? [];
  let written = boundsText(bounds);
  forEachPart(text.slice(bounded.length), (part) => {
    if (typeof part === 'string') written += part;
    else if (!part.quoted && part.text.toUpperCase() === 'NULL') written += 'NULL';
    else written += `"${ofElement(part.text).replace(/["\\]/g, '\\$&')}"`;
  });
  return written;
}

/** The elements of an array's text in their order, those that are NULL left out. */
export function elementsOf(text: string): string[] {
  const elements: string[] = [];
  forEachPart(text.slice((BOUNDS.exec(text)?.[0] ?? '').length), (part) => {
    if (typeof part !== 'string' && (part.quoted || part.text.toUpperCase() !== 'NULL')) elements.push(part.text);
  });
  return elements;
}

function boundsText(bounds: string): string {
  const each = [...bounds.matchAll(/\[([+-]?\d+)(:[+-]?\d+)?\]/g)];
  const begin = each.map(([, first, last]) => (last === undefined ? 1 : Number(first)));
  return begin.every((first) => first === 1) ? '' : `${bounds}=`;
}

type Part = '{' | '}' | ',' | Element;

/** Braces and commas as they are, elements unescaped. */
function forEachPart(text: string, take: (part: Part) => void): void {
  const element = new OpenElement(take);
  let inQuotes = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '\\') {
      at += 1;
      element.add(text[at] ?? '', 'quoted');
    } else if (character === '"') {
      inQuotes = !inQuotes;
      element.add('', 'quoted');
    } else if (inQuotes) {
      element.add(character, 'quoted');
    } else if (isMark(character)) {
      element.close();
      take(character);
    } else {
      element.add(character, BLANK.test(character) ? 'blank' : 'plain');
    }
  }
  element.close();
}

function isMark(character: string): character is '{' | '}' | ',' {
  return character === '{' || character === '}' || character === ',';
}

/** The element that is being read; without the white space around it. */
class OpenElement {
  private text = '';
  private end = 0;
  private quoted = false;
  private open = false;

  constructor(private readonly take: (part: Part) => void) {}

  add(character: string, as: 'plain' | 'quoted' | 'blank'): void {
    if (as === 'blank' && !this.open) return;
    this.open = true;
    this.text += character;
    if (as === 'quoted') this.quoted = true;
    if (as !== 'blank') this.end = this.text.length;
  }

  close(): void {
    if (this.open) this.take({ text: this.text.slice(0, this.end), quoted: this.quoted });
    this.text = '';
    this.end = 0;
    this.quoted = false;
    this.open = false;
  }
}
