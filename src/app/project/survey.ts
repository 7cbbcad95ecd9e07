import { accountIssues, surveyIssues, unmappedTables } from '../../core/checks/source-scope-issues';
import type { Issue } from '../../core/issues';
import type { LegacySource } from '../../core/ports/legacy-source';
import { countSources, otherSources, surveySources, type SourceSurvey } from '../../core/sources/survey-sources';
import { scopeOf, type JobSelection, type MappedProject } from './entity-jobs';

export interface Surveyed {
  readonly survey: SourceSurvey;
  readonly issues: readonly Issue[];
}

/** What the mappings of a project leave of its source, as far as the dictionary tells; no row is counted. */
export async function surveyProject(
  project: MappedProject,
  selection: JobSelection,
  source: LegacySource,
): Promise<Surveyed> {
  const scope = scopeOf(project, selection);
  const survey = await surveySources(scope, source);
  return { survey, issues: [...surveyIssues(survey, scope), ...unmappedTables(otherSources(survey), 'warning')] };
}

/** The part of a survey that the entities have to do with; all of it where none is named. */
export function surveyOf(survey: SourceSurvey, entities: readonly string[]): SourceSurvey {
  if (entities.length === 0) return survey;
  const groups = survey.groups.filter(({ mappings }) => mappings.some(({ entity }) => entities.includes(entity)));
  return { groups, others: [], unseen: [] };
}

/**
 * Rows of the source as it is now that no mapping takes; every table whose mappings have conditions is counted once, but for those of the
 * entities whose condition is refused already.
 */
export async function leftRows(
  survey: SourceSurvey,
  source: LegacySource,
  refused: readonly string[],
): Promise<Issue[]> {
  const groups = survey.groups.filter(({ mappings }) =>
    mappings.every(({ where, entity }) => where !== null && !refused.includes(entity)),
  );
  const accounts = await countSources({ groups, others: [], unseen: [] }, { source, scn: null, known: () => null });
  return accountIssues(accounts, 'warning');
}
