import type { QueryResult, QueryResultRow } from 'pg';
import { checkPooling } from '../../../../src/postgres/session/pooling';
import type { Session } from '../../../../src/postgres/session/session';

interface Server {
  readonly pid: number;
  mark: string | null;
}

/** Sessions over a proxy with these servers; `assign` says which of the free ones a transaction gets. */
function proxy(servers: readonly Server[], assign: (free: readonly Server[], client: number) => Server | undefined) {
  const busy = new Set<Server>();
  let clients = 0;
  const open = (): Promise<Session> => {
    const client = clients++;
    let mine: Server | null = null;
    const query = <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => {
      const server =
        mine ??
        assign(
          servers.filter((each) => !busy.has(each)),
          client,
        );
      if (server === undefined) return Promise.reject(new Error('the proxy would wait without end'));
      if (text === 'begin') {
        mine = server;
        busy.add(server);
      }
      if (text.includes('set_config')) server.mark = String(values?.[0]);
      return Promise.resolve({ rows: [{ ...server }] } as unknown as QueryResult<Row>);
    };
    return Promise.resolve({ query, isLost: () => false, close: () => Promise.resolve() } as unknown as Session);
  };
  return { open };
}

const servers = (count: number): Server[] => Array.from({ length: count }, (_, pid) => ({ pid, mark: null }));

describe('checkPooling', () => {
  it('finds nothing where each session has a server of its own', async () => {
    const own = servers(2);
    const sessions = proxy(own, (_, client) => own[client]);
    expect(await checkPooling(await sessions.open(), sessions)).toEqual([]);
  });

  it.each([
    ['a quiet proxy, which gives a session the same server again and again', 4, 0],
    ['a proxy with a single server', 1, 0],
    ['a proxy that takes its servers in turn', 4, 1],
  ])('finds %s', async (_, count, step) => {
    let turn = 0;
    const sessions = proxy(servers(count), (free) => free[(turn += step) % Math.max(free.length, 1)]);
    expect(await checkPooling(await sessions.open(), sessions)).toMatchObject([{ code: 'TARGET_POOLED' }]);
  });
});
