import { ident } from '../../../session/sql';

/**
 * `source_table`: a legacy table, view or query of a run and what becomes of each of its rows, counted once at `scn`; `nth` is its place in
 * the list. `taken_back`: a reset of a run; `entities` null: of all of it. What was compared before says nothing of what was loaded since.
 */
export function sourceTables(schema: string): string {
  const s = ident(schema);
  return `
    create table ${s}.source_table (
      run text not null, nth int not null, name text not null, scn text, facts json not null,
      counted_at timestamptz not null default clock_timestamp(), primary key (run, nth));
    create table ${s}.taken_back (
      nth bigint generated always as identity primary key, run text not null, entities text[],
      at timestamptz not null default clock_timestamp());`;
}
