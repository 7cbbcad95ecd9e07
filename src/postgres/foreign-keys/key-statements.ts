import type { TableName } from '../../core/ports/target';
import type { LiveForeignKey } from '../catalogue/live-keys';
import { ident, literal, qualified } from '../session/sql';

interface NamedKey {
  readonly table: TableName;
  readonly name: string;
}

/** Entries of earlier versions of the ledger do not know of comments. */
interface DefinedKey extends NamedKey, Pick<LiveForeignKey, 'definition'> {
  readonly comment?: string | null;
}

/**
 * SQL that adds a key: as its definition says, checked, or whatever its rows are (NOT VALID). With its comment in one message: a crash
 * between the two would lose that.
 */
export function addKey(key: DefinedKey, rows: 'as-defined' | 'checked' | 'not-valid'): string {
  return `alter table ${qualified(key.table)} ${adding(key, rows)}`;
}

/** The same where another key has the name, which goes in the same statement: the former one stays if rows break this one. */
export function replaceKey(key: DefinedKey, rows: 'as-defined' | 'checked' | 'not-valid'): string {
  return `${dropKey(key)}, ${adding(key, rows)}`;
}

function adding({ table, name, definition, comment }: DefinedKey, rows: Parameters<typeof addKey>[1]): string {
  const proven = definition.replace(/ NOT VALID$/, '');
  const defined = { 'as-defined': definition, checked: proven, 'not-valid': `${proven} not valid` }[rows];
  const added = `add constraint ${ident(name)} ${defined}`;
  if (typeof comment !== 'string') return added;
  return `${added}; comment on constraint ${ident(name)} on ${qualified(table)} is ${literal(comment)}`;
}

/** SQL that checks the rows of a key that is there. */
export function validateKey({ table, name }: NamedKey): string {
  return `alter table ${qualified(table)} validate constraint ${ident(name)}`;
}

export function dropKey({ table, name }: NamedKey): string {
  return `alter table ${qualified(table)} drop constraint ${ident(name)}`;
}
