import { MigrationError } from '../../core/errors';
import { onlyRow, type Session } from '../session';
import { ident } from '../sql';
import { LEDGER_VERSION } from './steps';

/** Of a ledger that was made before ledgers had a version. */
export const UNVERSIONED = 0;

/**
 * The version of the ledger in a schema; null where there is none (a schema without tables does not count). Throws LEDGER_NEWER where
 * this build does not know it.
 */
export async function ledgerVersion(session: Session, schema: string): Promise<number | null> {
  const { rows } = await session.query<{ run: boolean; versioned: boolean; readable: boolean }>(
    `select coalesce(bool_or(c.relname = 'run'), false) as run, coalesce(bool_or(c.relname = 'schema_version'), false) as versioned,
       coalesce(bool_and(has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')), true) as readable
     from pg_namespace n join pg_class c on c.relnamespace = n.oid
     where n.nspname = $1 and c.relname in ('run', 'schema_version') and c.relkind in ('r', 'p')`,
    [schema],
  );
  const { run, versioned, readable } = onlyRow(rows);
  if (!run) return null;
  // Whoever may not read the version may not read the ledger; that is said where it is read.
  if (!versioned || !readable) return UNVERSIONED;
  const found = await session.query<{ version: number }>(`select version from ${ident(schema)}.schema_version`);
  const version = found.rows[0]?.version ?? UNVERSIONED;
  if (version > LEDGER_VERSION) throw ledgerNewer(schema, version);
  return version;
}

function ledgerNewer(schema: string, version: number): MigrationError {
  return new MigrationError(
    'LEDGER_NEWER',
    `the ledger in schema ${schema} has version ${version}, this cutover knows up to version ${LEDGER_VERSION}`,
    {
      hint: 'Nothing was changed. Use the version of cutover that wrote it, or a later one.',
      facts: { schema, version, known: LEDGER_VERSION },
    },
  );
}
