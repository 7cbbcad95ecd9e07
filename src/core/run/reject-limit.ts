/** The most rejects a run may have: a number of rows, or a share of the rows to be read. */
export type RejectLimit =
  { readonly kind: 'rows'; readonly rows: number } | { readonly kind: 'percent'; readonly percent: number };

/** Of a run that is given none. */
export const DEFAULT_REJECT_LIMIT: RejectLimit = { kind: 'percent', percent: 1 };

/** The limit in rows for a run over `totalRows` rows. */
export function allowedRejects(limit: RejectLimit, totalRows: number): number {
  if (limit.kind === 'rows') return limit.rows;
  // 0.57 % of 10,000 is 57, though a binary fraction makes it a little less.
  return Math.floor((limit.percent * totalRows) / 100 + 1e-6);
}

/** As it is written on the command line: `100`, `0.5%`. */
export function limitText(limit: RejectLimit): string {
  return limit.kind === 'rows' ? String(limit.rows) : `${limit.percent}%`;
}

/** Inverse of `limitText`. */
export function limitOf(text: string): RejectLimit {
  if (text.endsWith('%')) return { kind: 'percent', percent: Number(text.slice(0, -1)) };
  return { kind: 'rows', rows: Number(text) };
}
