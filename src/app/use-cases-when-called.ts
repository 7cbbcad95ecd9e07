import type { UseCases } from './options';
import type * as Cases from './use-cases';

/**
 * The use cases, loaded when the first of them is called. The drivers and TypeORM behind them cost most of the start-up time, and help,
 * `--version` and a wrong option need none of them.
 */
export const useCasesWhenCalled = new Proxy({} as UseCases, {
  get: (_, name: keyof UseCases) => load().useCases[name],
});

function load(): typeof Cases {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() would need a name ending in .js, which does not exist when run from the sources
  return require('./use-cases') as typeof Cases;
}
