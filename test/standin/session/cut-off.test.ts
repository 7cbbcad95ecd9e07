import { once } from 'node:events';
import type { Socket } from 'node:net';
import type oracledb from 'oracledb';
import { cutOff } from '../../../src/oracle/session/watched-session';
import { aStandin, type TestStandin } from '../support/standin';

interface Inner {
  readonly _impl: { readonly nscon: { readonly ntAdapter: { readonly stream: Socket }; disconnect(): void } };
}

describe('a session of the real driver that is cut off', () => {
  let standin: TestStandin;
  let connection: oracledb.Connection & Partial<Inner>;
  beforeAll(async () => {
    standin = await aStandin();
  });
  beforeEach(async () => {
    connection = await standin.connect({});
  });
  afterAll(() => standin.stop());

  it('fails in what it waits for', async () => {
    const asking = connection.execute('select count(*) from all_objects');
    cutOff(connection);
    await expect(asking).rejects.toMatchObject({ code: 'NJS-500' });
  });

  it('can be collected as garbage: the goodbye that the driver says then does not fail', async () => {
    const { nscon } = (connection as Inner)._impl;
    const closed = once(nscon.ntAdapter.stream, 'close').catch(() => undefined);
    cutOff(connection);
    await closed;
    expect(() => {
      nscon.disconnect();
    }).not.toThrow();
  });
});
