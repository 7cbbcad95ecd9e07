import { Client } from 'pg';

/** A connection of the test's own, to set up and to look. */
export async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Does some work on a connection of its own. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The rows of one statement on a connection of its own, each as its values in order, as the driver gives them. */
export function rowsAt(url: string, sql: string): Promise<unknown[][]> {
  return withClient(url, async (client) => (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows);
}

/** The first column of all rows, as the driver gives it. */
export async function column(client: Client, sql: string): Promise<unknown[]> {
  const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
  return rows.map(([first]) => first);
}
