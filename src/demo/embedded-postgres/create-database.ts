import { Client } from 'pg';

/** Creates an empty database on the server of `serverUrl` (a superuser's URL) and gives its URL. UTF-8, locale C. */
export async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(
      `create database ${client.escapeIdentifier(name)} template template0 encoding 'UTF8' locale 'C' strategy file_copy`,
    );
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}
