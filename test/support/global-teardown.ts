import './global-setup';

/** Stops the server of global-setup.ts, and with it every database that a test forgot. */
export default async function stopTestCluster(): Promise<void> {
  await globalThis.cutoverTestCluster?.stop();
  globalThis.cutoverTestCluster = undefined;
  delete process.env['CUTOVER_TEST_CLUSTER_URL'];
}
