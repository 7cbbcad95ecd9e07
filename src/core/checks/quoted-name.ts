import type { TableName } from '../mapping/table-name';

/** A name of the target, as a statement to be copied has it. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quotedTable({ schema, name }: TableName): string {
  return `${quotedName(schema)}.${quotedName(name)}`;
}
