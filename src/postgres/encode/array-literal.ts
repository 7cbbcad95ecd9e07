/** An array as its text says; null for elements that are NULL. */
export interface ArrayText {
  /** By dimension, the outermost first; none for an empty array. */
  readonly dimensions: readonly { readonly length: number; readonly first: number }[];
  readonly elements: readonly (string | null)[];
}

const MOST_DIMENSIONS = 6;
/** As the server writes them: both ends of each dimension, without leading zeros. */
const BOUNDS = /^\s*((?:\[(?:0|-?[1-9]\d{0,9}):(?:0|-?[1-9]\d{0,9})\])+)\s*=/;
const BOUND = /\[(-?\d+):(-?\d+)\]/g;
/** The greatest index of all is none that an array may have. */
const INDEX_LIMIT = 2 ** 31;
const SPACE = new Set([' ', '\t', '\n', '\r', '\v', '\f']);

/** Reads PostgreSQL's text of an array: `{1,NULL,"a b"}`, `{{1,2},{3,4}}`, `[0:1]={1,2}`. Null for any other. */
export function readArray(text: string): ArrayText | null {
  const bounds = BOUNDS.exec(text);
  const reader = new Reader(text, bounds === null ? 0 : bounds[0].length);
  const lengths = reader.read();
  if (lengths === null) return null;
  const given = [...(bounds?.[1] ?? '').matchAll(BOUND)].map(([, from, to]) => ({
    first: Number(from),
    last: Number(to),
  }));
  if (given.some(({ first, last }) => first < -INDEX_LIMIT || last >= INDEX_LIMIT - 1)) return null;
  if (bounds !== null && !given.every(({ first, last }, at) => last - first + 1 === lengths[at])) return null;
  if (bounds !== null && given.length !== lengths.length) return null;
  const dimensions = lengths.map((length, at) => ({ length, first: given[at]?.first ?? 1 }));
  return { dimensions, elements: reader.elements };
}

/** Goes through the text once; everything it finds wrong makes the whole no array. */
class Reader {
  readonly elements: (string | null)[] = [];
  /** By depth: how many members each array there has. */
  private readonly lengths: number[] = [];
  /** At which depth the elements are. */
  private depth: number | null = null;

  constructor(
    private readonly text: string,
    private at: number,
  ) {}

  /** The lengths of the dimensions; null where the text is no array. */
  read(): number[] | null {
    this.skip();
    if (!this.array(0)) return null;
    this.skip();
    if (this.at < this.text.length) return null;
    return this.elements.length === 0 ? [] : this.lengths;
  }

  private array(depth: number): boolean {
    if (this.text[this.at] !== '{' || depth === MOST_DIMENSIONS) return false;
    this.at += 1;
    this.skip();
    let members = 0;
    if (this.text[this.at] === '}') {
      this.at += 1;
      // Only an array without any element is empty, and that has no dimension.
      return depth === 0;
    }
    for (;;) {
      if (!(this.text[this.at] === '{' ? this.array(depth + 1) : this.element(depth))) return false;
      members += 1;
      this.skip();
      const next = this.text[this.at];
      this.at += 1;
      if (next === '}') return this.agrees(depth, members);
      if (next !== ',') return false;
      this.skip();
    }
  }

  /** All arrays of one depth are of one length. */
  private agrees(depth: number, members: number): boolean {
    const known = this.lengths[depth];
    if (known === undefined) this.lengths[depth] = members;
    return known === undefined || known === members;
  }

  private element(depth: number): boolean {
    if (this.depth !== null && this.depth !== depth) return false;
    this.depth = depth;
    return this.text[this.at] === '"' ? this.quoted() : this.plain();
  }

  private quoted(): boolean {
    let value = '';
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      let character = this.text[this.at] ?? '';
      if (character === '"') {
        this.at += 1;
        this.elements.push(value);
        return true;
      }
      if (character === '\\') character = this.text[++this.at] ?? '';
      value += character;
    }
    return false;
  }

  private plain(): boolean {
    let value = '';
    let end = 0;
    let escaped = false;
    for (; this.at < this.text.length; this.at += 1) {
      let character = this.text[this.at] ?? '';
      if (character === ',' || character === '}') break;
      if (character === '"' || character === '{') return false;
      if (character === '\\') {
        character = this.text[++this.at] ?? '';
        escaped = true;
        value += character;
        end = value.length;
        continue;
      }
      value += character;
      if (!SPACE.has(character)) end = value.length;
    }
    const element = value.slice(0, end);
    if (element === '') return false;
    this.elements.push(!escaped && element.toUpperCase() === 'NULL' ? null : element);
    return true;
  }

  private skip(): void {
    while (SPACE.has(this.text[this.at] ?? '')) this.at += 1;
  }
}
