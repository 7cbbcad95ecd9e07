import { storedName } from '../../core/mapping/stored-name';
import { sameTable } from '../../core/mapping/table-name';
import type { TableName } from '../../core/ports/target';
import { readForeignKeys } from '../catalogue/live-keys';
import { withQualifiedNames } from '../session/qualified-names';
import { LEDGER_TABLES } from '../ledger/schema/tables';
import { maySee } from '../sequences/position';
import type { Session } from '../session/session';
import { columnList, ident, literal, qualified } from '../session/sql';
import type { ShadowPair } from './shadow-names';

/** Copies the tables' structure, empty: columns, defaults, constraints, indexes, and the foreign keys among them. */
export async function copyTables(session: Session, pairs: readonly ShadowPair[]): Promise<void> {
  for (const { original, copy } of pairs) {
    await session.query(`create table ${qualified(copy)} (like ${qualified(original)} including all)`);
    // What is published FOR ALL TABLES covers the copy too; it has no replica identity but its primary key.
    await session.query(`alter table ${qualified(copy)} replica identity full`);
  }
  // Once all tables have their names.
  for (const { copy } of pairs) await giveOwnSequences(session, copy);
  for (const pair of pairs) await copyForeignKeys(session, pair, pairs);
}

interface SequenceDefault {
  readonly column: string;
  readonly default_text: string;
  readonly sequence_text: string;
  readonly sequence_schema: string;
  readonly sequence_name: string;
  /** Type, increment and bounds of the real one, without which its standing may not fit the copy. */
  readonly options: string;
}

const SEQUENCE_DEFAULTS = `
  select a.attname::text as column, pg_get_expr(d.adbin, d.adrelid) as default_text,
    quote_literal(s.oid::regclass::text) as sequence_text, n.nspname::text as sequence_schema, s.relname::text as sequence_name,
    format('as %s increment %s minvalue %s maxvalue %s start %s', format_type(q.seqtypid, null), q.seqincrement, q.seqmin,
      q.seqmax, q.seqstart) as options
  from pg_attrdef d join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    join pg_depend p on p.classid = 'pg_attrdef'::regclass and p.objid = d.oid and p.refclassid = 'pg_class'::regclass
    join pg_class s on s.oid = p.refobjid and s.relkind = 'S' join pg_namespace n on n.oid = s.relnamespace
    join pg_sequence q on q.seqrelid = s.oid
  where d.adrelid = to_regclass($1)`;

/** A default that was copied would draw numbers from the real sequence, and those are never given back. */
async function giveOwnSequences(session: Session, copy: TableName): Promise<void> {
  const defaults = await withQualifiedNames(session, async () => {
    const { rows } = await session.query<SequenceDefault>(SEQUENCE_DEFAULTS, [qualified(copy)]);
    return rows;
  });
  for (const found of defaults) {
    const own = await freeName(session, { schema: copy.schema, name: found.sequence_name });
    await session.query(`create sequence ${qualified(own)} ${found.options}`);
    await startWhere(session, own, { schema: found.sequence_schema, name: found.sequence_name });
    const text = found.default_text.replaceAll(found.sequence_text, literal(qualified(own)));
    await session.query(`alter table ${qualified(copy)} alter column ${ident(found.column)} set default ${text}`);
  }
}

/** The real name, by which a rehearsal speaks of the copy, unless another copy or the rehearsal's ledger has it. */
async function freeName(session: Session, { schema, name }: TableName): Promise<TableName> {
  for (let number = 0; ; number++) {
    const free = { schema, name: number === 0 ? name : storedName(name, `_${number}`) };
    if (LEDGER_TABLES.includes(free.name)) continue;
    const { rows } = await session.query('select from pg_class where oid = to_regclass($1)', [qualified(free)]);
    if (rows.length === 0) return free;
  }
}

/**
 * Who may only draw numbers sees the last one that was drawn; who may not even do that draws none in a migration, so that the copy
 * begins anew.
 */
async function startWhere(session: Session, own: TableName, real: TableName): Promise<void> {
  if (!(await maySee(session, real))) {
    await session.query(
      `select setval(${literal(qualified(own))}::regclass, last_value) from pg_sequences
       where schemaname = $1 and sequencename = $2 and last_value is not null`,
      [real.schema, real.name],
    );
    return;
  }
  await session.query(
    `select setval(${literal(qualified(own))}::regclass, last_value, is_called) from ${qualified(real)}`,
  );
}

/** The same keys under the same names, where the parent is among the copies, and its copy has all of its rows. */
async function copyForeignKeys(
  session: Session,
  { original, copy }: ShadowPair,
  pairs: readonly ShadowPair[],
): Promise<void> {
  for (const key of await readForeignKeys(session, original)) {
    const pair = pairs.find(({ original: table }) => sameTable(table, key.parent));
    if (pair === undefined || pair.filled) continue;
    const parent = pair.copy;
    // What follows the columns: match type, actions, deferrability.
    const tail = /\)(?!.*\))(.*)$/s.exec(key.definition)?.[1]?.replace(/ NOT VALID$/, '') ?? '';
    await session.query(
      `alter table ${qualified(copy)} add constraint ${ident(key.name)} foreign key (${columnList(key.columns)})
       references ${qualified(parent)} (${columnList(key.parentColumns)})${tail}`,
    );
  }
}
