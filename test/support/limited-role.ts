import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { serverMajor } from './server-version';

/** A user who owns nothing; `grant` is SQL with `$user` in it. */
export async function limitedRole(client: Client, databaseUrl: string, grant: string) {
  const name = `limited_${randomBytes(6).toString('hex')}`;
  await client.query(`create role ${name} login password 'limited'; ${grant.replaceAll('$user', name)}`);
  const url = new URL(databaseUrl);
  url.username = name;
  url.password = 'limited';
  return { url: url.href, drop: () => client.query(`drop owned by ${name}; drop role ${name}`) };
}

/** How a role is a member of another one. */
export type Membership = 'yes' | 'without inherit' | 'without set';

/** Statements that make `user` a member of `owner`. Before PostgreSQL 16 the user inherits from all roles or none, and may become each. */
export function membership(user: string, owner: string, kind: Membership): string {
  const grant = `grant ${owner} to ${user}`;
  if (serverMajor() < 16) return `alter role ${user} ${kind === 'without inherit' ? 'noinherit' : 'inherit'}; ${grant}`;
  return `${grant} with inherit ${kind !== 'without inherit'}, set ${kind !== 'without set'}`;
}
