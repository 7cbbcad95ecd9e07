import type { LegacyRow } from '../mapping/wire';
import type { ChangeTally } from '../run/outcomes';
import { SAMPLES } from '../run/sample-size';

/** One way in which one property is changed. */
export interface ChangeSite {
  readonly property: string;
  readonly kind: string;
}

/** Counts changes of rows. */
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

/** Remembers, row by row, how rows are changed: which of them reach the target is known only when they are loaded. */
export interface ChangeLog {
  /** The next row is changed at these sites; the list is not kept. */
  readonly add: (sites: readonly ChangeSite[]) => void;
  /** The changes of all rows but those whose index is in `left`; `rows` are the ones added, in their order. */
  readonly tallies: (
    rows: readonly LegacyRow[],
    keyOf: (row: LegacyRow) => string,
    left: ReadonlySet<number>,
  ) => readonly ChangeTally[];
}

/** The sites at which a row is changed. Rows that are changed alike share one list, found by walking from site to site. */
interface Sites {
  readonly list: readonly ChangeSite[];
  readonly next: Map<ChangeSite, Sites>;
}

export function changeLog(): ChangeLog {
  const none: Sites = { list: [], next: new Map() };
  const perRow: Sites[] = [];
  return {
    add(sites) {
      let found = none;
      for (const site of sites) found = nextSites(found, site);
      perRow.push(found);
    },
    tallies(rows, keyOf, left) {
      const counter = changeCounter(keyOf);
      for (const [index, { list }] of perRow.entries()) {
        if (list.length === 0 || left.has(index)) continue;
        for (const site of list) counter.count(site, rows[index] ?? []);
      }
      return counter.tallies();
    },
  };
}

function nextSites(sites: Sites, site: ChangeSite): Sites {
  let next = sites.next.get(site);
  if (next === undefined) sites.next.set(site, (next = { list: [...sites.list, site], next: new Map() }));
  return next;
}
