const SAMPLES = 5;

type Row = readonly (string | null)[];

/** The rows whose keys have the smallest hashes: both sides keep the same ones without knowing of each other. */
export interface RowSamples {
  readonly offer: (place: number, row: Row) => void;
  /** In ascending order of place. */
  readonly rows: () => readonly { readonly place: number; readonly row: Row }[];
}

export function rowSamples(): RowSamples {
  const kept: { place: number; row: Row }[] = [];
  let most = Infinity;
  return {
    offer(place, row) {
      if (place >= most) return;
      kept.push({ place, row });
      kept.sort((a, b) => a.place - b.place);
      kept.length = Math.min(kept.length, SAMPLES);
      if (kept.length === SAMPLES) most = kept.at(-1)?.place ?? most;
    },
    rows: () => kept,
  };
}
