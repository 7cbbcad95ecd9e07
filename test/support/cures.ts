import type { Client } from 'pg';

/** The statements of a hint, each with the role that it names; null: a superuser. */
export function curesIn(hint: string): { readonly role: string | null; readonly statements: string }[] {
  return [...hint.matchAll(/Run as (.*?)(?: \([^)]*\))?: (.*?;)(?=$| Run as | Nothing | Once )/g)].map(
    ([, by = '', statements = '']) => ({ role: by.startsWith('a superuser') ? null : by, statements }),
  );
}

/** Runs the statements of a hint as who it names; `client` is a superuser. */
export async function runCures(client: Client, hint: string | undefined): Promise<void> {
  const cures = curesIn(hint ?? '');
  if (cures.length === 0) throw new RangeError(`no statement in: ${hint ?? 'no hint'}`);
  for (const { role, statements } of cures) {
    if (role !== null) await client.query(`set role "${role}"`);
    try {
      await client.query(statements);
    } finally {
      await client.query('reset role');
    }
  }
}
