import { installCatalog, type InstallOptions } from '../../src/standin/catalog/install-catalog';
import type { FreshDatabase } from './databases';
import { filledDatabase } from './pattern-databases';

/** A database with the stand-in's catalogue and nothing else. */
export function catalogDatabase(options: InstallOptions): Promise<FreshDatabase> {
  return filledDatabase(['catalogue of the stand-in', options], (url) => installCatalog(url, options), 'stand-in');
}
