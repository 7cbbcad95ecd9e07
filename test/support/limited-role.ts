import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';

/** A user who owns nothing; `grant` is SQL with `$user` in it. */
export async function limitedRole(client: Client, databaseUrl: string, grant: string) {
  const name = `limited_${randomBytes(6).toString('hex')}`;
  await client.query(`create role ${name} login password 'limited'; ${grant.replaceAll('$user', name)}`);
  const url = new URL(databaseUrl);
  url.username = name;
  url.password = 'limited';
  return { url: url.href, drop: () => client.query(`drop owned by ${name}; drop role ${name}`) };
}
