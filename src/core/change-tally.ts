import type { LegacyRow } from './mapping/wire';
import type { ChangeTally } from './outcomes';

/** Keys kept of the rows that were changed in one way. */
const SAMPLES = 5;

/** One way in which one property is changed. */
export interface ChangeSite {
  readonly property: string;
  readonly kind: string;
}

/** Counts the changes of a chunk's accepted rows. */
export interface ChangeCounter {
  /** Call once per change; `keyOf` is asked for the first few rows only. */
  readonly count: (site: ChangeSite, row: LegacyRow) => void;
  /** By property and kind, in the order in which they first occurred. */
  readonly tallies: () => readonly ChangeTally[];
}

export function changeCounter(keyOf: (row: LegacyRow) => string): ChangeCounter {
  const counts = new Map<ChangeSite, { count: number; readonly sampleKeys: string[] }>();
  return {
    count(site, row) {
      let entry = counts.get(site);
      if (entry === undefined) counts.set(site, (entry = { count: 0, sampleKeys: [] }));
      entry.count += 1;
      if (entry.sampleKeys.length < SAMPLES) entry.sampleKeys.push(keyOf(row));
    },
    tallies: () => [...counts].map(([{ property, kind }, tally]) => ({ property, kind, ...tally })),
  };
}

/** The one site of each property and kind, so that a counter can look it up by identity. */
export function changeSites(): (property: string, kind: string) => ChangeSite {
  const sites = new Map<string, ChangeSite>();
  return (property, kind) => {
    const id = `${property}\0${kind}`;
    let site = sites.get(id);
    if (site === undefined) sites.set(id, (site = { property, kind }));
    return site;
  };
}
