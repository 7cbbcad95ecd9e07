/** `npm run test:variants`: the random tests on databases, with all of their variants. `npm test` takes the first few of each. */
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

process.env.CUTOVER_VARIANTS ??= 'all';

const TESTS = join(__dirname, 'test');
const random = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => readFileSync(join(TESTS, name), 'utf8').includes('variantCount('));

/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: random.map((name) => `<rootDir>/test/${name.replaceAll('\\', '/')}`),
};
