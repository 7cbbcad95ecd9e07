/** The types of large values, whose reading is what a migration of them takes. */
export const LOB_CLASSES = ['CLOB', 'NCLOB', 'BLOB', 'LONG', 'LONG RAW'] as const;

export type LobClass = (typeof LOB_CLASSES)[number];

/** What was read of one class, and how long it was waited for: from the request for values to their arrival, summed over the lanes. */
export interface LobsRead {
  readonly class: LobClass;
  /** Of a text in UTF-8. */
  readonly bytes: number;
  readonly seconds: number;
}

export function lobClass(dataType: string): LobClass | null {
  return LOB_CLASSES.find((name) => name === dataType) ?? null;
}

/** Bytes of a cell as they count here; what is no value yet (a locator) has none. */
export function bytesInCell(cell: unknown): number {
  if (typeof cell === 'string') return Buffer.byteLength(cell) - cutHalves(cell);
  return Buffer.isBuffer(cell) ? cell.length : 0;
}

/** A half of a character at an end of a piece counts as three bytes, and is two of four. */
function cutHalves(text: string): number {
  return (text.charCodeAt(0) >> 10 === 0x37 ? 1 : 0) + (text.charCodeAt(text.length - 1) >> 10 === 0x36 ? 1 : 0);
}

/** Sums up what is read, by class. */
export class LobTally {
  private readonly sums = new Map<LobClass, { bytes: number; seconds: number }>();

  add({ class: name, bytes, seconds }: LobsRead): void {
    if (bytes === 0) return;
    const sum = this.sums.get(name) ?? { bytes: 0, seconds: 0 };
    this.sums.set(name, { bytes: sum.bytes + bytes, seconds: sum.seconds + seconds });
  }

  /** Classes of which something was read, in their order. */
  list(): readonly LobsRead[] {
    return LOB_CLASSES.flatMap((name) => {
      const sum = this.sums.get(name);
      return sum === undefined ? [] : [{ class: name, ...sum }];
    });
  }
}
