/** What it costs to write a table anew once rows of a run are in it: each row then has another xmin. */
const COST =
  'That writes a table anew, after which nothing tells the rows of a run from others, and the run can neither be repaired nor taken back.';

/** Advice for a table that may hold rows of a run: never without what it costs. */
export function onceSignedOff(statements: readonly string[]): string {
  return `Once the run is signed off: ${statements.join('; ')}; ${COST}`;
}

/** Advice for a table before a load. `otherwise`: the way on without it. */
export function beforeTheLoad(statements: readonly string[], otherwise = ''): string {
  return `Run before anything is loaded: ${statements.join('; ')};${otherwise} ${COST}`;
}
