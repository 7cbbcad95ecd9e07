import type { Client } from 'pg';
import type { Target } from '../../../src/core/ports/target';
import { targetForEach } from '../../support/opened-target';

let client: Client;
let target: Target;

const opened = targetForEach(
  `create table plant (id int4, code char(3), size numeric(8,2), name text, mark uuid);
    insert into plant values (1, 'a', 1, 'north', 'abcdef00-0000-4000-8000-000000000001'), (2, 'b', 2.5, 'south', null)`,
  'without a ledger',
);
beforeEach(async () => {
  ({ client, target } = await opened());
});

const named = async (column: string, ...keys: readonly string[]): Promise<readonly (readonly (string | null)[])[]> => {
  const table = { schema: 'public', name: 'plant' };
  const found = await target.lookUp({ table, key: [column], value: 'name', keys: keys.map((key) => [key]) });
  return [...found].sort();
};

describe('looking values up in the target', () => {
  it('gives a row for each spelling of its key that is asked for: it is no ambiguous one', async () => {
    expect(await named('id', '1', '01', '3')).toEqual([
      ['01', 'north'],
      ['1', 'north'],
    ]);
  });

  it('finds a key that the column shows in another way', async () => {
    expect(await named('size', '1', '2.50', '3')).toEqual([
      ['1', 'north'],
      ['2.50', 'south'],
    ]);
    expect(await named('code', 'a')).toEqual([['a', 'north']]);
    const upper = 'ABCDEF00-0000-4000-8000-000000000001';
    expect(await named('mark', upper, 'none')).toEqual([[upper, 'north']]);
  });

  it('leads nowhere from a key that is no value of the column, and still finds the others', async () => {
    expect(await named('id', 'abc', '1', '99999999999', '2', '')).toEqual([
      ['1', 'north'],
      ['2', 'south'],
    ]);
    expect(await named('id', 'abc')).toEqual([]);
  });
});

describe('comparing a table of the target', () => {
  it('takes one connection more than the target has open, whatever is asked meanwhile', async () => {
    await target.facts();
    const before = await sessions();
    const table = { schema: 'public', name: 'plant' };
    const reader = await target.reader({ runId: 'none', entity: 'plant', table, columns: ['id', 'size'] });
    expect(await reader.asStored(1, ['1', 'none'])).toEqual(['1.00', 'none']);
    expect(await reader.parentless({ columns: ['id'], parent: table, parentColumns: ['id'] }, [['1'], ['3']])).toEqual([
      false,
      true,
    ]);
    await expect(
      reader.parentless({ columns: ['id'], parent: table, parentColumns: ['id'] }, [['none']]),
    ).rejects.toThrow();
    expect((await reader.owners()).f).toBe(2);
    expect((await sessions()) - before).toBe(1);
    await reader.close();
  });
});

const sessions = async (): Promise<number> => {
  const { rows } = await client.query<{ open: number }>(
    `select count(*)::int as open from pg_stat_activity
     where datname = current_database() and application_name = 'cutover'`,
  );
  return rows[0]?.open ?? 0;
};
