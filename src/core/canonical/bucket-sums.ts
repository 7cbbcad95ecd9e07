/** 32-bit words of a digest. */
const WORDS = 4;

/**
 * Rows added up by bucket, in whatever order they come: how many, and the sums of the four words of their digests. Two tables whose
 * sums agree in a bucket have the same rows in it; accidents are found, forgeries are not meant. Memory depends on the number of
 * buckets only.
 */
export class BucketSums {
  readonly counts: Uint32Array;
  private readonly sums: Uint32Array;
  /** Of all buckets. */
  rows = 0;

  constructor(readonly buckets: number) {
    this.counts = new Uint32Array(buckets);
    this.sums = new Uint32Array(buckets * WORDS);
  }

  /** Adds a row's digest (16 characters of one byte). */
  add(bucket: number, digest: string): void {
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.rows += 1;
    const base = bucket * WORDS;
    for (let word = 0; word < WORDS; word += 1) {
      const at = word * 4;
      const bits =
        digest.charCodeAt(at) |
        (digest.charCodeAt(at + 1) << 8) |
        (digest.charCodeAt(at + 2) << 16) |
        (digest.charCodeAt(at + 3) << 24);
      this.sums[base + word] = (this.sums[base + word] ?? 0) + bits;
    }
  }

  /** The buckets in which the two do not agree, in ascending order. */
  differing(other: BucketSums): number[] {
    const found: number[] = [];
    for (let bucket = 0; bucket < this.buckets; bucket += 1) if (!this.agrees(other, bucket)) found.push(bucket);
    return found;
  }

  private agrees(other: BucketSums, bucket: number): boolean {
    if (this.counts[bucket] !== other.counts[bucket]) return false;
    for (let at = bucket * WORDS; at < (bucket + 1) * WORDS; at += 1) {
      if (this.sums[at] !== other.sums[at]) return false;
    }
    return true;
  }
}
