import { MigrationError } from '../../../../src/core/errors';
import type { ReadRefusal, SourceName } from '../../../../src/core/ports/legacy-source';
import { readingIssues } from '../../../../src/migrate/preflight/reading-issues';
import { aJob } from '../../../support/a-run';

const refusal: ReadRefusal = { table: 'LEGACY.COIL', refused: 'read-at-scn', message: 'no', hint: 'Grant it.' };
const noScn = new MigrationError('SOURCE_READ_FAILED', 'no SCN', { hint: 'Ask.' });

function asking(takeScn: () => Promise<string>, refusals: readonly ReadRefusal[] = []) {
  const asked: (readonly [SourceName['name'], string | null])[] = [];
  const readRefusals = ({ name }: SourceName, scn: string | null): Promise<readonly ReadRefusal[]> => {
    asked.push([name, scn]);
    return Promise.resolve(refusals);
  };
  return { source: { takeScn, readRefusals }, asked };
}

const coil = aJob({ entity: 'coil', rows: 1 });
const other = { ...coil, entity: 'otherCoil' };
const NEW = { start: 'new', snapshot: 'scn' } as const;

describe('readingIssues', () => {
  it('asks for a table that two mappings read once, at one SCN, and says once that it refuses', async () => {
    const { source, asked } = asking(() => Promise.resolve('7'), [refusal]);
    expect(await readingIssues([coil, other], source, NEW)).toEqual([
      {
        code: 'SOURCE_FLASHBACK',
        level: 'error',
        subject: 'LEGACY.COIL',
        message: 'no',
        hint: 'Grant it. Or migrate with --no-snapshot: tables may then not agree with each other.',
      },
    ]);
    expect(asked.map(([, scn]) => scn)).toEqual(['7']);
  });

  it('does not advise a run that has an SCN to go on without', async () => {
    const { source } = asking(() => Promise.resolve('7'), [refusal]);
    expect(await readingIssues([coil], source, { ...NEW, start: 'resume' })).toMatchObject([{ hint: 'Grant it.' }]);
  });

  it('says that no SCN can be taken, unless none is needed, and asks of the tables all the same', async () => {
    const { source, asked } = asking(() => Promise.reject(noScn));
    expect(await readingIssues([coil], source, NEW)).toEqual([
      { code: 'SOURCE_FLASHBACK', level: 'error', subject: 'source', message: 'no SCN', hint: 'Ask.' },
    ]);
    expect(await readingIssues([coil], source, { ...NEW, snapshot: 'none' })).toEqual([]);
    expect(asked.map(([, scn]) => scn)).toEqual([null, null]);
  });

  it('throws what is no answer of the database', async () => {
    const lost = new MigrationError('SOURCE_UNREACHABLE', 'gone');
    await expect(readingIssues([coil], asking(() => Promise.reject(lost)).source, NEW)).rejects.toBe(lost);
  });
});
