import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { startAbis, type Abis } from '../../support/abis';
import { migrateInChild, traces } from '../../support/child-migration';
import { ROOT } from '../../support/source-files';

const WITH_0_3 = ['-r', join(ROOT, 'test', 'support', 'with-typeorm-0.3.ts')];

/** What a program of this checkout writes, under TypeORM 1 or 0.3. */
function output(typeorm: '1' | '0.3', [program = '', ...args]: readonly string[]): string {
  const redirect = typeorm === '0.3' ? WITH_0_3 : [];
  const command = ['-r', '@swc-node/register', ...redirect, join(ROOT, program), ...args];
  return execFileSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
}

describe('under TypeORM 0.3', () => {
  let abis: Abis;

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.02 });
  });
  afterAll(() => abis.stop());

  it('entities say of themselves what they say under TypeORM 1', () => {
    const contracts = (typeorm: '1' | '0.3'): { version: string; contracts: unknown[] } =>
      JSON.parse(output(typeorm, ['test/support/contracts-child.ts'])) as { version: string; contracts: unknown[] };
    const [old, current] = [contracts('0.3'), contracts('1')];
    expect([old.version, current.version]).toEqual([expect.stringMatching(/^0\.3\./), expect.stringMatching(/^1\./)]);
    expect(old.contracts).toHaveLength(9);
    expect(old.contracts).toEqual(current.contracts);
  });

  it('the example project prints its mappings', () => {
    const config = join(ROOT, 'examples', 'orders', 'cutover.config.ts');
    const sheets = output('0.3', ['src/cli.ts', 'plan', '--mappings', '--config', config]);
    expect(sheets).toContain('order: SHOP.ORDERS -> Order, key ORDER_ID');
  });

  it('the reference application is migrated to the same rows, rejects and checksums', async () => {
    const order = {
      source: abis.project.source,
      entities: ['customer', 'coil', 'carrier'],
      batchSize: 500,
      resume: false,
      kill: null,
    };
    const target = await abis.anotherTarget();
    const current = await migrateInChild({ ...order, target: { url: abis.targetUrl } });
    const old = await migrateInChild(
      { ...order, target: { url: target } },
      { nodeOptions: ['-r', '@swc-node/register', ...WITH_0_3] },
    );
    expect([current.end, old.end]).toEqual(['0', '0']);
    expect(await traces(target)).toEqual(await traces(abis.targetUrl));
  });
});
