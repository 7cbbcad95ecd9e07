import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { writeDifferences } from '../../../src/files/differences';
import { markReset } from '../../../src/files/mark-reset';
import { exportRejects } from '../../../src/files/rejects-export';
import { writeReportFiles } from '../../../src/files/report-bundle';
import { writeWhole } from '../../../src/files/write-whole';
import { systemClock } from '../../../src/app/project/system-clock';
import { diskOf, withShortWrites } from '../../support/short-writes';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

const SEED = 20261201;
const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { minLength: 1, maxLength: 12 });

afterAll(removeTemporaryFolders);

describe('writeWhole', () => {
  it('writes every byte, whatever part of it each write takes', async () => {
    const path = join(temporaryFolder(), 'file');
    await fc.assert(
      fc.asyncProperty(texts, fc.array(fc.integer({ min: 1, max: 37 }), { minLength: 1 }), async (pieces, lengths) => {
        let at = 0;
        const taking = (length: number): number => Math.min(length, lengths[at++ % lengths.length] ?? 1);
        await withShortWrites({ taking }, () => writeWhole(path, pieces));
        expect(readFileSync(path, 'utf8')).toBe(pieces.join(''));
      }),
      { seed: SEED, numRuns: 60 },
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps the old file, and no part of the new one, where the disk is full at any byte', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), async (pieces, at) => {
        const bytes = Buffer.byteLength(pieces.join(''));
        fc.pre(bytes > 0);
        const folder = temporaryFolder({ file: 'old' });
        const writing = withShortWrites({ taking: diskOf(at % bytes) }, () => writeWhole(join(folder, 'file'), pieces));
        await expect(writing).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE', cause: { code: 'ENOSPC' } });
        expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('old');
        expect(readdirSync(folder)).toEqual(['file']);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('removes what killed processes have left beside the file, and nothing of those that live or wrote just now', async () => {
    const dead = spawnSync(process.execPath, ['-e', '0']).pid;
    const names = [
      `file.${dead}.tmp`,
      `file.${process.ppid}.tmp`,
      `other.${dead}.tmp`,
      `file.${dead}.tmp.txt`,
      'file.tmp',
    ];
    const cut = Object.fromEntries(names.map((name) => [name, 'cut']));
    const [now, later] = [temporaryFolder(cut), temporaryFolder(cut)];
    for (const name of names) utimesSync(join(later, name), new Date(0), new Date(0));
    for (const folder of [now, later]) await writeWhole(join(folder, 'file'), ['whole']);
    expect(readdirSync(now).sort()).toEqual([...names, 'file'].sort());
    expect(readdirSync(later).sort()).toEqual([...names.slice(1), 'file'].sort());
  });

  it('gives up, by code, on a file system that takes nothing and gives no reason', async () => {
    const folder = temporaryFolder({ file: 'old' });
    const writing = withShortWrites({ taking: () => 0 }, () => writeWhole(join(folder, 'file'), ['new']));
    await expect(writing).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE', facts: { path: join(folder, 'file') } });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('puts nothing in place that is shorter than what the file system says it took', async () => {
    const folder = temporaryFolder({ file: 'old' });
    const liar = { taking: (length: number) => length - 1, claims: (_: number, length: number) => length };
    const writing = withShortWrites(liar, () => writeWhole(join(folder, 'file'), ['new content']));
    await expect(writing).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

const CHECKPOINT = JSON.stringify({ runId: 'r1', state: 'complete', entities: { a: {} } });
const RUN = { id: 'r1', scn: '1', source: 's', target: 't' };
const REJECT = {
  entity: 'a',
  stage: 'load',
  key: '["1"]',
  rowid: null,
  property: null,
  reason: 'r',
  sqlState: null,
  raw: '{}',
} as const;

async function* oneReject() {
  yield* await Promise.resolve([REJECT]);
}

/** Every file that a command leaves, by its writer. */
const WRITERS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'report.json': (path) => writeReportFiles(join(path, '..'), [{ name: 'report.json', text: '{"a": 1}'.repeat(40) }]),
  'rejects.jsonl': (path) => exportRejects(path, 'r1', oneReject()),
  'differences.json': (path) => writeDifferences(path, { run: RUN, level: 'rows', findings: [] }),
  'migration_checkpoint.json': (path) => markReset(path, { runId: 'r1', state: 'reset', entities: [] }, systemClock()),
};

describe('on a full disk', () => {
  it.each(Object.entries(WRITERS))('the old %s stays whole, and its writer says so', async (name, write) => {
    for (const room of [0, 1, 20]) {
      const folder = temporaryFolder({ [name]: CHECKPOINT });
      const writing = withShortWrites({ taking: diskOf(room) }, () => write(join(folder, name)));
      await expect(writing).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
      expect(readFileSync(join(folder, name), 'utf8')).toBe(CHECKPOINT);
      expect(readdirSync(folder)).toEqual([name]);
    }
  });
});
