import { ident } from '../../../session/sql';

/** Which rows were left out, 8 bytes for each: of runs from here on, for an earlier version has only counted them. */
export function skippedRows(schema: string): string {
  return `create table ${ident(schema)}.skipped (
    run text not null, entity text not null, chunk int not null, marks bytea not null, primary key (run, entity, chunk));`;
}
