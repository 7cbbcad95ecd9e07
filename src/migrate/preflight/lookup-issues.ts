import { targetType } from '../../core/canonical/target-types';
import type { Issue } from '../../core/issues';
import type { FieldMapping, TableMapping } from '../../core/mapping/table-mapping';
import type { TargetLookedUp } from '../../core/rows/lookups';
import type { LegacySource, SourceTable } from '../../core/ports/legacy-source';
import type { Target } from '../../core/ports/target';
import { nationalText } from './national-text';
import { missingTableHint } from '../../core/checks/missing-table';
import { sourceName } from '../../core/rows/read-plan';

/** Whether the tables in which a mapping looks values up are there, and whether their keys are known to name one row. */
export async function lookupIssues(mapping: TableMapping, source: LegacySource): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const field of mapping.fields) {
    if (field.lookup?.in !== 'legacy') continue;
    const { source: name, key, value } = field.lookup;
    const table = await source.table(sourceName(name));
    const subject = `${mapping.entity}.${field.property}`;
    issues.push(...issuesOf(subject, field.lookup, table));
    issues.push(...nationalText({ subject, names: [...key, value], table }, await source.facts()));
  }
  return issues;
}

type LegacyTable = Extract<FieldMapping['lookup'], { readonly in: 'legacy' }>;

function issuesOf(subject: string, lookup: LegacyTable, table: SourceTable | null): Issue[] {
  const { source, key, value } = lookup;
  if (table === null) {
    const message = `${source}, where its value is looked up, is not in the source, or not visible to this user`;
    const hint = missingTableHint(source);
    return [{ code: 'LOOKUP_TABLE_MISSING', level: 'error', subject, message, hint }];
  }
  const names = table.columns.map(({ name }) => name);
  const missing = [...key, value].filter((column) => !names.includes(column));
  if (missing.length > 0) {
    const message = `${source}, where its value is looked up, has no column ${missing.join(', ')}`;
    return [{ code: 'LOOKUP_COLUMN_MISSING', level: 'error', subject, message, hint: `Columns: ${names.join(', ')}.` }];
  }
  if (table.primaryKey.length > 0 && table.primaryKey.every((column) => key.includes(column))) return [];
  const message = `${key.join(', ')} of ${source} is not known to be unique; two rows with the same would stop the load`;
  return [{ code: 'LOOKUP_KEY_UNPROVEN', level: 'info', subject, message }];
}

/**
 * Keys in the target that a legacy text cannot be compared with exactly: legacy times are written to the second or finer, and the server would
 * cut them to the day, round them, or move them by a zone, silently. Columns of tables that are not there are not judged.
 */
export async function targetLookupIssues(
  entity: string,
  lookups: readonly TargetLookedUp[],
  target: Pick<Target, 'table'>,
): Promise<Issue[]> {
  const issues: Issue[] = [];
  for (const { property, table, key } of lookups) {
    const columns = (await target.table(table))?.columns ?? [];
    const moments = columns.filter(({ name, type }) => key.includes(name) && targetType(type)?.holds !== undefined);
    issues.push(
      ...moments.map(({ name, type }) => keyIsMoment(`${entity}.${property}`, `${name} (${type})`, table.name)),
    );
  }
  return issues;
}

function keyIsMoment(subject: string, column: string, table: string): Issue {
  return {
    code: 'LOOKUP_KEY_MOMENT',
    level: 'error',
    subject,
    message: `${column} of ${table}, by which its value is looked up, cannot be compared with a legacy date to the second`,
    hint: 'Look it up by a number or a text, or in the legacy table that the rows come from: `values(…)` instead of `targetValues(…)`.',
  };
}
