import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/source-files';
import { removeTemporaryFolders, temporaryFolder } from '../support/temporary-folder';

/** Runs a program to its end and gives back what it wrote, also when it fails. */
function ran(
  program: string,
  args: readonly string[],
  cwd: string,
): { readonly exitCode: number; readonly output: string } {
  // The settings of whoever runs the tests are none of the packed command's business.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ORACLE_|DATABASE_URL|NODE_OPTIONS|npm_)/.test(name)),
  );
  try {
    return { exitCode: 0, output: execFileSync(program, [...args], { cwd, env, encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number | null; stdout: string; stderr: string };
    return { exitCode: status ?? -1, output: `${stdout}${stderr}` };
  }
}

/** The package as `npm pack` makes it, installed into a copy of the example project. */
function installedProject(): string {
  const packed = temporaryFolder();
  const project = temporaryFolder();
  const pack = ran('npm', ['pack', '--silent', '--pack-destination', packed], ROOT);
  const [tarball] = readdirSync(packed);
  if (tarball === undefined) throw new Error(`npm pack failed: ${pack.output}`);
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-save', join(packed, tarball)];
  const installed = ran('npm', [...install, 'typeorm@1.1.1', 'class-validator@0.15.1'], project);
  if (installed.exitCode !== 0) throw new Error(`npm install failed: ${installed.output}`);
  cpSync(join(ROOT, 'examples/orders'), project, { recursive: true });
  return project;
}

let project: string;

beforeAll(() => {
  project = installedProject();
}, 600_000);

afterAll(removeTemporaryFolders);

describe('the packed package, installed into the example project', () => {
  it('prints the mappings of a TypeScript config without any database', () => {
    const { exitCode, output } = ran('npx', ['cutover', 'plan', '--mappings'], project);
    expect(output).toContain('order: SHOP.ORDERS -> Order, key ORDER_ID');
    expect(output).toMatch(/^customerName +CUST_NM +trimmed/m);
    expect(exitCode).toBe(0);
  });

  it('names every missing setting', () => {
    const { exitCode, output } = ran('npx', ['cutover', 'check'], project);
    expect(exitCode).toBe(78);
    expect(output).toMatch(/^error {2}CONFIG_INVALID .*ORACLE_USER.*DATABASE_URL/m);
  });

  it('type checks the example against the published declarations', () => {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    expect(ran(process.execPath, [tsc, '-p', '.'], project)).toEqual({ exitCode: 0, output: '' });
  });

  it('ships neither tests nor sources', () => {
    const shipped = readdirSync(join(project, 'node_modules/cutover'));
    expect(shipped).toEqual(expect.arrayContaining(['dist', 'docs', 'package.json']));
    expect(shipped).not.toEqual(expect.arrayContaining(['src']));
    expect(shipped).not.toEqual(expect.arrayContaining(['test']));
  });
});
