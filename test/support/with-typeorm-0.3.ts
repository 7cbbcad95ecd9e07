/**
 * Loaded before anything else (`node -r`), makes `typeorm` mean TypeORM 0.3 and `cutover` this checkout: an application as most are
 * today. A process of its own, for the two versions have no decorators in common.
 */
import Module from 'node:module';
import { join } from 'node:path';

const loader = Module as unknown as { _resolveFilename: (request: string, ...rest: unknown[]) => string };
const resolve = loader._resolveFilename;
const ROOT = join(__dirname, '..', '..');

loader._resolveFilename = (request, ...rest) => {
  if (request === 'cutover') return join(ROOT, 'src', 'index.ts');
  if (!/^typeorm($|\/)/.test(request)) return resolve(request, ...rest);
  if (request === 'typeorm') return require.resolve('typeorm-0.3');
  return require.resolve(request.replace('typeorm', 'typeorm-0.3'), { paths: [ROOT] });
};
