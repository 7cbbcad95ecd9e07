/** A table of the target. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

export function sameTable(a: TableName, b: TableName): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** For people: `quotedTable` is the one for statements. */
export function plainName({ schema, name }: TableName): string {
  return `${schema}.${name}`;
}
