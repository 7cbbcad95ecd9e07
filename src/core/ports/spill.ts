/**
 * A place outside of memory for the bytes of a chunk that is too large for it. Nothing of it outlives the process, however that ends.
 * Throws FILE_NOT_WRITABLE.
 */
export interface Spill {
  /** Where the bytes begin. */
  append(bytes: Uint8Array): number;
  read(at: number, length: number): Buffer;
  /** Frees the place; nothing can be read from it any more. Safe to repeat. */
  close(): void;
}

export type OpenSpill = () => Spill;
