import { visibleSql } from '../../core/words/visible-sql';
import type { Issue } from '../../core/issues';
import { plainName, sameTable } from '../../core/mapping/table-name';
import type { TargetTable, UnruledKey } from '../../core/ports/target';
import { quotedName, quotedTable } from '../../core/checks/quoted-name';
import type { EntityJob } from '../jobs/entity-job';

/** Foreign keys that stay in force during the load, so that no policy for orphans reaches them. */
export function unruledKeys({ entity }: EntityJob, jobs: readonly EntityJob[], table: TargetTable | null): Issue[] {
  return (table?.unruledKeys ?? []).map((key) => {
    if (key.kind === 'period') return ofPeriods(entity, key);
    return ofPartition(
      entity,
      key,
      jobs.some(({ contract }) => sameTable(contract.table, key.parent)),
    );
  });
}

function named({ name, table, columns, parent }: UnruledKey): string {
  return `${name} of ${plainName(table)} (${columns.join(', ')}) to ${plainName(parent)}`;
}

/** The load goes by the keys of whole tables: of this one it knows neither the order nor the rows that wait for each other. */
function ofPartition(entity: string, key: UnruledKey, isParentLoaded: boolean): Issue {
  const altering = `alter table ${quotedTable(key.table)}`;
  const dropping = visibleSql(`${altering} drop constraint ${quotedName(key.name)};`);
  // Once it is dropped, the database does not know its definition any more.
  const adding = visibleSql(`${altering} add constraint ${quotedName(key.name)} ${key.definition};`);
  return {
    code: 'FOREIGN_KEY_OF_PARTITION',
    level: isParentLoaded ? 'error' : 'warning',
    subject: entity,
    message: `the foreign key ${named(key)} is a partition's own and stays in force: rows without a parent are rejected by the load, whatever the policy${
      isParentLoaded ? ', and so are rows whose parent this run loads later' : ''
    }`,
    hint: `Drop it for the migration (${dropping}) and add it again afterwards (${adding}), or have it on the whole table.`,
  };
}

function ofPeriods(entity: string, key: UnruledKey): Issue {
  return {
    code: 'FOREIGN_KEY_OF_PERIODS',
    level: 'warning',
    subject: entity,
    message: `the foreign key ${named(key)} compares periods: no policy applies to rows that no parent covers; the run ends with an error if there are any, and the key is then NOT VALID`,
    hint: 'Make sure that the periods of the parents cover those of the legacy rows, or leave out the others by where.',
  };
}
