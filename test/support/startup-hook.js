/**
 * For `node -r`: reports on file descriptor 3, as JSON, which packages a process had loaded when it first wrote to stdout and when it ended.
 * With STARTUP_TERMINAL=1 the process takes its stdout for a terminal.
 */
const { writeSync } = require('node:fs');

const { stdout } = process;
const write = stdout.write;
const report = { firstLine: null, atFirstLine: [], atEnd: [] };

if (process.env.STARTUP_TERMINAL === '1') stdout.isTTY = true;

stdout.write = function (text, ...rest) {
  stdout.write = write;
  Object.assign(report, { firstLine: String(text), atFirstLine: packages() });
  return write.call(stdout, text, ...rest);
};

process.on('exit', () => writeSync(3, JSON.stringify({ ...report, atEnd: packages() })));

function packages() {
  const names = Object.keys(require.cache).map(
    (path) => /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1],
  );
  return [...new Set(names.filter((name) => name !== undefined))];
}
