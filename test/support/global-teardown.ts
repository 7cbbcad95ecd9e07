import './global-setup';
import { dropPatterns } from './pattern-databases';

/** Stops the servers of global-setup.ts, and with them every database that a test forgot; of one that stays, drops what was copied. */
export default async function stopTestCluster(): Promise<void> {
  const run = process.env['CUTOVER_TEST_RUN'];
  delete process.env['CUTOVER_TEST_RUN'];
  if (run !== undefined && globalThis.cutoverTestCluster === undefined) await dropPatterns(run);
  await globalThis.cutoverTestCluster?.stop();
  globalThis.cutoverTestCluster = undefined;
  await globalThis.cutoverStandinCluster?.stop();
  globalThis.cutoverStandinCluster = undefined;
  delete process.env['CUTOVER_TEST_CLUSTER_URL'];
  delete process.env['CUTOVER_TEST_STANDIN_CLUSTER_URL'];
}
