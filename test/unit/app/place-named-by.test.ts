import { join } from 'node:path';
import { useCases } from '../../../src/app/use-cases';
import { placeNamedBy } from '../../../src/app/place-named-by';
import { MigrationError } from '../../../src/core/errors';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

const unasked = (): never => {
  throw new RangeError('nobody was to be asked');
};

afterAll(removeTemporaryFolders);

describe('a place that cannot be written', () => {
  it('is told with the option that names it, and its cause', async () => {
    const cause = new Error('EACCES');
    const refusal = new MigrationError('FILE_NOT_WRITABLE', 'no', { hint: '--log-dir', facts: { path: '/x' }, cause });
    await expect(placeNamedBy('--out', () => Promise.reject(refusal))).rejects.toMatchObject({
      message: 'no',
      hint: expect.stringMatching(/--out\.$/) as string,
      facts: { path: '/x' },
      cause,
    });
  });

  it('lets other failures pass', async () => {
    const other = new MigrationError('RUN_NOT_FOUND', 'no', { hint: 'h' });
    await expect(placeNamedBy('--out', () => Promise.reject(other))).rejects.toBe(other);
  });

  it('is found by validate before anything is read, be it the configuration', async () => {
    const directory = temporaryFolder();
    const options = { directory, configPath: null, environment: {}, entities: [], runId: null, level: 'rows' as const };
    const ui = { emit: unasked, signal: new AbortController().signal, confirm: unasked, askSecret: unasked };
    await expect(
      useCases.validate({ ...options, digest: null, differencesFile: join(directory, 'missing', 'd.json') }, ui),
    ).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE', hint: expect.stringContaining('--differences') as string });
  });
});
