/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // temporal-polyfill is published as ECMAScript modules only, which Jest cannot require.
  transform: { '^.+\\.ts$': '@swc/jest', '/node_modules/temporal-[^/]+/.+\\.js$': '@swc/jest' },
  transformIgnorePatterns: ['/node_modules/(?!temporal-)'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  testTimeout: 600_000,
  maxWorkers: 2,
  // What the product starts from its sources, the stand-in and lanes in threads, loads this instead of the TypeScript compiler.
  moduleNameMapper: { '^@swc-node/register$': '<rootDir>/test/support/compile-hook.js' },
  // Looking up a global in Jest's context takes about 0.3 µs each time, in loops over bytes many times the work itself. Each module gets
  // these as parameters. Not `Buffer`, which modules declare, nor what fake timers replace.
  sandboxInjectedGlobals: [
    ...'Math Number String Object Array BigInt JSON Symbol Boolean Map Set WeakMap WeakSet'.split(' '),
    ...'RegExp Uint8Array DataView ArrayBuffer Reflect Promise Error TypeError RangeError'.split(' '),
  ],
};
