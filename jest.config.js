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
};
