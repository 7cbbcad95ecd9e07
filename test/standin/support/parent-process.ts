import { startStandin, type StandinOptions } from '../../../src/standin';

/** A process that starts a stand-in, tells its port, and lives until it is killed. */
process.on('message', (options: StandinOptions) => {
  void startStandin(options).then(({ port }) => process.send?.(port));
});
