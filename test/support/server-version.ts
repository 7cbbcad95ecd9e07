/** The major version of the server that all tests share; global-setup has asked it. */
export function serverMajor(): number {
  return Number(process.env['CUTOVER_TEST_CLUSTER_MAJOR']);
}

/**
 * `it` for what PostgreSQL has only from this major version on: on an older server the test is reported as skipped. Its title names the version.
 * Where no server came up nothing is skipped: the test fails with the reason.
 */
export function fromPostgres(major: number): jest.It {
  return serverMajor() < major ? it.skip : it;
}

/** `it` for what happens on older servers only. */
export function beforePostgres(major: number): jest.It {
  return serverMajor() >= major ? it.skip : it;
}
