import { MigrationError } from '../../../core/errors';
import type { Session } from '../../session/session';
import { literal } from '../../session/sql';
import { NEVER_OF_A_ROW_SQL } from '../../session/row-states';
import { sqlStateOf } from '../../session/sqlstate';
import { ANY_INDEX } from '../../catalogue/constraints';
import type { Refusal } from './row-fault';

/** A row of the staging table that the server refuses by itself. */
export interface RefusedRow extends Refusal {
  readonly ordinal: number;
}

/** In the statement of a search: the first and the last ordinal that it is to take. */
export const FROM = 'cutover_from';
export const TO = 'cutover_to';

interface Search {
  readonly statement: string;
  readonly last: number;
  /** `one-by-one` where several rows may pass together though one of them would not by itself; `halving` where absent. */
  readonly order?: 'halving' | 'one-by-one';
}

/**
 * The rows of the staging table that `statement` (over the ordinals FROM … TO) refuses, each found by itself; what it does with the
 * others stays done. The halving happens in the server, in the order of the rows and in one round trip; its cost grows with the number
 * of refused rows, without a limit. An error that no row is to blame for is passed on.
 */
export async function refusedRows(
  session: Session,
  { statement, last, order = 'halving' }: Search,
): Promise<readonly RefusedRow[]> {
  try {
    await session.query(searchFunction(statement, order));
  } catch (error) {
    throw sqlStateOf(error) === UNDEFINED_OBJECT ? noLanguage() : error;
  }
  const { rows } = await session.query<RefusedRow>('select * from pg_temp.cutover_refused($1)', [last]);
  return rows;
}

const UNDEFINED_OBJECT = '42704';

function noLanguage(): MigrationError {
  return new MigrationError('LOAD_FAILED', 'rows that the target refuses cannot be searched there without PL/pgSQL', {
    hint: 'Run "create extension plpgsql" in the target.',
  });
}

/** A function, for its statements are planned once; each attempt is a subtransaction. */
function searchFunction(statement: string, order: Search['order']): string {
  const firsts = order === 'one-by-one' ? 'array(select generate_series(cutover_last, 0, -1))' : `'{0}'`;
  const lasts = order === 'one-by-one' ? 'cutover_firsts' : 'array[cutover_last]';
  const body = String.raw`
    #variable_conflict use_column
    declare
      ${FROM} int4; ${TO} int4; cutover_firsts int4[] := ${firsts}; cutover_lasts int4[] := ${lasts};
      cutover_depth int4 := cardinality(cutover_firsts); cutover_said text;
    begin
      -- Over no row at all: what fails even so is no row's fault.
      ${FROM} := 1; ${TO} := 0;
      ${statement};
      while cutover_depth > 0 loop
        ${FROM} := cutover_firsts[cutover_depth]; ${TO} := cutover_lasts[cutover_depth];
        cutover_depth := cutover_depth - 1;
        begin
          ${statement};
        exception when others then
          if ${NEVER_OF_A_ROW_SQL} then raise; end if;
          if ${FROM} < ${TO} then
            cutover_firsts[cutover_depth + 1] := (${FROM} + ${TO}) / 2 + 1; cutover_lasts[cutover_depth + 1] := ${TO};
            cutover_firsts[cutover_depth + 2] := ${FROM}; cutover_lasts[cutover_depth + 2] := (${FROM} + ${TO}) / 2;
            cutover_depth := cutover_depth + 2;
          else
            ordinal := ${FROM}; state := sqlstate;
            get stacked diagnostics "constraint" = constraint_name, "column" = column_name, cutover_said = message_text;
            -- Of the methods of an index, B-tree alone names it by itself; the quotation marks are those of the server's language.
            if state = '54000' and "constraint" = '' then
              "constraint" := coalesce(substring(cutover_said from '["»„“«]\s?([^"»«“”„]+?)\s?["«“”»]'),
                case when cutover_said like 'index row %' then '${ANY_INDEX}' else '' end);
            end if;
            return next;
          end if;
        end;
      end loop;
    end`;
  return `create or replace function pg_temp.cutover_refused(cutover_last int4)
    returns table (ordinal int4, state text, "constraint" text, "column" text) language plpgsql as ${literal(body)}`;
}
