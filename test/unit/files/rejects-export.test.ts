import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MigrationError } from '../../../src/core/errors';
import type { Reject } from '../../../src/core/run/outcomes';
import { exportRejects } from '../../../src/files/rejects-export';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

const reject = (key: string): Reject => ({
  entity: 'coil',
  stage: 'load',
  key: JSON.stringify([key]),
  rowid: 'AAAB',
  property: 'width',
  reason: 'not a number',
  sqlState: null,
  raw: JSON.stringify({ note: 'line\nbreak\u2028' }),
});

async function* all(rejects: readonly Reject[], failure?: Error): AsyncIterable<Reject> {
  yield* await Promise.resolve(rejects);
  if (failure !== undefined) throw failure;
}

afterAll(removeTemporaryFolders);

describe('exportRejects', () => {
  it('writes one JSON object a line, readable by the owner only', async () => {
    const path = join(temporaryFolder(), 'rejects.jsonl');
    const rejects = Array.from({ length: 1000 }, (_, index) => reject(String(index)));
    expect(await exportRejects(path, 'r1', all(rejects))).toBe(1000);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      rejects.map((each, index) => ({ run: 'r1', ...each, key: [String(index)], raw: { note: 'line\nbreak\u2028' } })),
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('puts the run first, and what is JSON in as it stands, its numbers unrounded', async () => {
    const path = join(temporaryFolder(), 'rejects.jsonl');
    await exportRejects(path, 'r1', all([{ ...reject('7'), raw: '{"id": 12345678901234567890.10,\n "a": 1}' }]));
    expect(readFileSync(path, 'utf8')).toBe(
      '{"run":"r1","entity":"coil","stage":"load","key":["7"],"rowid":"AAAB","property":"width","reason":"not a number",' +
        '"sqlState":null,"raw":{"id": 12345678901234567890.10,  "a": 1}}\n',
    );
  });

  it('writes a row that is not JSON as text', async () => {
    const path = join(temporaryFolder(), 'rejects.jsonl');
    await exportRejects(path, 'r1', all([{ ...reject('7'), raw: '{"cut' }]));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ raw: '{"cut' });
  });

  it('keeps the old file when the rejects cannot be read to the end', async () => {
    const folder = temporaryFolder({ 'rejects.jsonl': 'old' });
    const lost = new MigrationError('TARGET_UNREACHABLE', 'gone');
    await expect(exportRejects(join(folder, 'rejects.jsonl'), 'r1', all([reject('1')], lost))).rejects.toBe(lost);
    expect(readFileSync(join(folder, 'rejects.jsonl'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['rejects.jsonl']);
  });

  it('says FILE_NOT_WRITABLE where the folder is none', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    await expect(exportRejects(join(folder, 'file', 'rejects.jsonl'), 'r1', all([]))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITABLE',
    });
  });
});
