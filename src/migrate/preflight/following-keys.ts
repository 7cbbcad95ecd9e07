import { quotedName, quotedTable } from '../../core/checks/quoted-name';
import { plainName, sameTable } from '../../core/mapping/table-name';
import { cureHint } from '../../core/run/cures';
import type { FollowingKey } from '../../core/run/hazards';
import type { Issue } from '../../core/issues';
import type { Target } from '../../core/ports/target';
import type { EntityJob } from '../jobs/entity-job';

type RunKind = 'new' | 'resume' | 'rehearsal';

/** Keys between tables of the run are dropped while it loads; those of other tables act on a column that is overwritten. */
export async function followingIssues(
  job: EntityJob,
  { jobs, target }: { readonly jobs: readonly EntityJob[]; readonly target: Target },
  { overwrites, start }: { readonly overwrites: boolean; readonly start: RunKind },
): Promise<Issue[]> {
  if (!overwrites) return [];
  const overwritten = overwrittenColumns(job);
  const found = (await target.followingKeys(job.contract.table)).filter(
    ({ table, parentColumns }) =>
      parentColumns.some((column) => overwritten.includes(column)) &&
      !jobs.some(({ contract }) => sameTable(contract.table, table)),
  );
  if (found.length === 0) return [];
  return [
    {
      code: 'OTHERS_WOULD_FOLLOW',
      level: 'error',
      subject: job.entity,
      message: `rows of tables outside the run would change with columns that --on-conflict update overwrites, and no reset could restore them: ${found.map(keyText).join('; ')}`,
      hint: hintFor(found, start),
    },
  ];
}

/** The primary key identifies the row that is overwritten, and stays as it is. */
function overwrittenColumns({ contract, load }: EntityJob): string[] {
  const kept = contract.columns.filter(({ primary }) => primary).map(({ column }) => column);
  return load.columns.filter((column) => !kept.includes(column));
}

function keyText({ name, table, action, parentColumns }: FollowingKey): string {
  return `${name} of ${plainName(table)} (ON UPDATE ${action}, by ${parentColumns.join(', ')})`;
}

/** Without an action the key still keeps the rows that it is for: the server then refuses to overwrite a value that one refers to. */
function hintFor(keys: readonly FollowingKey[], start: RunKind): string {
  const replacing = keys.map((key) => ({ by: key.owner, statement: replaceWith(key, withoutAction(key)) }));
  const restoring = keys.map((key) => ({ by: key.owner, statement: replaceWith(key, key.definition) }));
  const others = ', or map those tables in this run too, or choose --on-conflict skip or reject';
  return `Take ON UPDATE from these keys${start === 'resume' ? ', then resume' : others}. ${cureHint(replacing)} Once the run is signed off, restore them. ${cureHint(restoring)}`;
}

function replaceWith({ table, name }: FollowingKey, definition: string): string {
  const constraint = quotedName(name);
  return `alter table ${quotedTable(table)} drop constraint ${constraint}, add constraint ${constraint} ${definition}`;
}

/** Names of columns come before the action, and may have such words in them. */
function withoutAction({ definition, action }: FollowingKey): string {
  const clause = ` ON UPDATE ${action}`;
  const at = definition.lastIndexOf(clause);
  return `${definition.slice(0, at)}${definition.slice(at + clause.length)}`;
}
