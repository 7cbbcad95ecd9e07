import type { MatchedRow, PresentRows } from './matched-rows';
import type { OwedRows } from './owed-rows';
import type { WantedRow } from './wanted-rows';

/** How many more rows a repair may insert or take out: the target never gets more than the source has, nor loses one that it has. */
export interface RoomForRows {
  /** Whether there is room for the missing row, which is taken then. */
  readonly take: (row: WantedRow) => boolean;
  /** Whether no row of the source accounts for the row, so that it may go for good. */
  readonly isOwedToNone: (row: MatchedRow) => boolean;
  /** Whether there is still one too many of the doubled row, which goes then. */
  readonly giveUp: (row: MatchedRow) => boolean;
  /** Whether a row may come in the stead of another one, and does: one with another place must not be owed itself. */
  readonly replaced: (row: MatchedRow, by: WantedRow) => boolean;
}

export function roomFor(owed: OwedRows, present: PresentRows): RoomForRows {
  const all = new Map(present.all);
  const own = new Map(present.own);
  const owedAt = (key: string): number => owed.get(key) ?? 1;
  const add = (key: string, rows: number): void => {
    for (const counts of [all, own]) counts.set(key, (counts.get(key) ?? 0) + rows);
  };
  const isOwedToNone = ({ key }: MatchedRow): boolean => owed.get(key) === 0;
  return {
    isOwedToNone,
    take: ({ place }) => {
      if ((all.get(place) ?? 0) >= owedAt(place)) return false;
      add(place, 1);
      return true;
    },
    giveUp: ({ key }) => {
      if ((own.get(key) ?? 0) <= owedAt(key)) return false;
      add(key, -1);
      return true;
    },
    replaced: (row, { place }) => {
      if (row.key !== place && !isOwedToNone(row)) return false;
      add(row.key, -1);
      add(place, 1);
      return true;
    },
  };
}
