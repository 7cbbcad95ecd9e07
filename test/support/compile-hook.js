/**
 * For `node -r`: compiles the sources of this checkout as Jest does, each once for all processes of the tests. What `npm run` uses loads
 * the whole TypeScript compiler as well, which costs each process half a second of CPU. Reading the source maps would cost as much:
 * `NODE_OPTIONS=--enable-source-maps` does, for who reads a stack.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join, resolve } = require('node:path');
const { transformSync, version } = require('@swc/core');
const { addHook } = require('pirates');

const ROOT = resolve(__dirname, '..', '..');
const CACHE = join(ROOT, 'node_modules', '.cache', 'cutover-tests');
const CONFIG = readFileSync(join(ROOT, '.swcrc'), 'utf8');

mkdirSync(CACHE, { recursive: true });

addHook(compiled, { exts: ['.ts'], matcher: (path) => path.startsWith(ROOT) });

// Threads and processes that the product starts from its sources are to be compiled by this file, too.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return request === '@swc-node/register' ? __filename : resolveFilename.call(this, request, ...rest);
};

function compiled(code, filename) {
  const kept = join(CACHE, createHash('sha256').update([version, CONFIG, filename, code].join('\0')).digest('hex'));
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code: text } = transformSync(code, { filename, cwd: ROOT, ...JSON.parse(CONFIG), swcrc: false });
    keep(kept, text);
    return text;
  }
}

/** A test may let its process write no file: it is then compiled again by the next. */
function keep(kept, text) {
  // Another process may be at the same file.
  const draft = `${kept}.${process.pid}`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, kept);
  } catch {
    rmSync(draft, { force: true });
  }
}
