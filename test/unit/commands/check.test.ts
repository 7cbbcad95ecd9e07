import type { UseCases } from '../../../src/app/options';
import { runCommand } from '../../support/command-world';

type ScanOptions = Parameters<UseCases['scan']>[0];

async function scanOptions(...argv: readonly string[]) {
  const seen: ScanOptions[] = [];
  const scan = (options: ScanOptions) =>
    Promise.resolve(seen.push(options)).then(() => ({ output: 'scanned\n', exitCode: 0, facts: {} }));
  return { ...(await runCommand(['check', ...argv], { directory: '/', useCases: { scan } })), options: seen[0] };
}

describe('check --data', () => {
  it('reads all rows, with the reject limit of a migration, unless told otherwise', async () => {
    const { exitCode, stdout, options } = await scanOptions('--data');
    expect([exitCode, stdout]).toEqual([0, 'scanned\n']);
    expect(options).toMatchObject({ entities: [], sample: null, rejectLimit: { kind: 'percent', percent: 1 } });
  });

  it('takes a sample, entities and a limit', async () => {
    const { options } = await scanOptions('--data', '--sample', '1000', '--entity', 'coil', '--max-rejects', '5');
    expect(options).toMatchObject({ entities: ['coil'], sample: 1000, rejectLimit: { kind: 'rows', rows: 5 } });
  });

  it('takes the entities whose triggers may fire, and unlogged tables, with the data or without', async () => {
    const allowed = { allowTriggers: ['coil', 'job', 'skid'], allowUnlogged: true };
    const flags = ['--allow-triggers', 'coil, job', '--allow-triggers', 'skid', '--allow-unlogged'];
    expect((await scanOptions('--data', ...flags)).options).toMatchObject(allowed);
    expect((await scanOptions('--data')).options).not.toHaveProperty('allowTriggers');
  });

  it('says nothing of rows whose key the target has, unless a policy is given', async () => {
    expect((await scanOptions('--data')).options).toMatchObject({ onConflict: null });
    expect((await scanOptions('--data', '--on-conflict', 'skip')).options).toMatchObject({ onConflict: 'skip' });
  });

  it.each([[['--sample', '10']], [['--max-rejects', '1%']], [['--on-conflict', 'skip']]])(
    'refuses %s without --data',
    async (argv) => {
      const { exitCode, stderr } = await scanOptions(...argv);
      expect(exitCode).toBe(64);
      expect(stderr).toContain('Add --data.');
    },
  );

  it('does not go with --connections', async () => {
    expect((await scanOptions('--data', '--connections')).exitCode).toBe(64);
  });
});
