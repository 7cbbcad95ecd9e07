import { surveyIssues } from '../../../../src/core/checks/source-scope-issues';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { NumberText } from '../../../../src/core/mapping/wire';
import type { SourceName, SourceTable } from '../../../../src/core/ports/legacy-source';
import { sourceScope } from '../../../../src/core/sources/source-scope';
import { surveySources } from '../../../../src/core/sources/survey-sources';

class Person {
  id!: number;
}

const TABLES = ['H_PERSON', 'H_VISIT', 'H_LOG'];

function tableOf({ owner, name }: SourceName): SourceTable | null {
  const known = (owner ?? 'HOSP') === 'HOSP' && (name === 'V_PERSON' || TABLES.includes(name));
  if (!known) return null;
  const kind = name === 'V_PERSON' ? 'view' : 'table';
  return { name: { owner: 'HOSP', name }, kind, columns: [], primaryKey: [] } as unknown as SourceTable;
}

const source = {
  table: (name: SourceName) => Promise.resolve(tableOf(name)),
  tablesOf: () => Promise.resolve(TABLES.map((name) => ({ owner: 'HOSP', name, estimatedRows: null, mark: null }))),
};

async function found(reads: readonly string[], notMigrated: Readonly<Record<string, string>> = {}) {
  const view = legacyTable<{ ID: NumberText }>('HOSP.V_PERSON', { key: ['ID'] });
  const mapping = { ...view.mapTo(Person, { id: view.from('ID') as never }), reads };
  const scope = sourceScope([mapping], { run: [], where: {}, notMigrated });
  return surveyIssues(await surveySources(scope, source), scope).map(
    ({ code, level, subject, message, hint }) => `${code} ${level} ${subject}: ${message}. ${hint ?? ''}`,
  );
}

describe('surveyIssues', () => {
  it.each([
    ['HOSP.H_PERSOM', 'Did you mean HOSP.H_PERSON?'],
    ['H_VISITS', 'Did you mean H_VISIT?'],
    ['h_log', 'Did you mean H_LOG?'],
    ['OTHERS.ELSEWHERE', 'Write the names in `reads`'],
  ])('refuses reads of %s, which the source does not show, with the nearest name', async (name, hint) => {
    const issues = await found(['HOSP.H_VISIT', name]);
    expect(issues).toEqual([expect.stringContaining(`SOURCE_TABLE_MISSING error person: it reads ${name}, which`)]);
    expect(issues[0]).toContain(hint);
  });

  it('says nothing of tables that are there', async () => {
    expect(await found(['HOSP.H_PERSON', 'H_VISIT'])).toEqual([]);
  });

  it.each([
    ['HOSP.H_LOGS', 'no table of the mapped owners has that name'],
    ['ZZ_%', 'no table of the mapped owners has that name'],
    ['HOSP.H_PERSON', 'a mapping reads H_PERSON'],
  ])('warns of notMigrated %s', async (pattern, message) => {
    expect(await found(['HOSP.H_PERSON'], { [pattern]: 'old' })).toEqual([
      expect.stringContaining(`NOT_MIGRATED_ASTRAY warning ${pattern}: notMigrated: ${message}`),
    ]);
  });

  it('takes notMigrated for a table that nothing reads, and a pattern that covers others beside a mapped one', async () => {
    expect(await found(['HOSP.H_PERSON'], { 'HOSP.H_LOG': 'old', 'H_%': 'older' })).toEqual([]);
  });
});
