import type { OracleColumn, Release } from '../../contract/translation';
import { identifier } from '../../sql/values/quote';

/** A dictionary view: what PostgreSQL runs and what Oracle says its columns are. */
export interface ViewDefinition {
  readonly name: string;
  /** DBA_ and V$ views, only for those who may read the dictionary. */
  readonly restricted: boolean;
  readonly columns: readonly ViewColumn[];
  /** What follows the select list. */
  readonly from: string;
}

export interface ViewColumn {
  readonly name: string;
  /** `VARCHAR2(30)`, `NAME` (30 bytes, 128 from 12c), `NUMBER`, `DATE`, `LONG`, `CHAR(1)`. */
  readonly type: string;
  readonly sql: string;
  readonly since12: boolean;
  readonly takesScn: boolean;
}

/** Columns from lines `NAME | TYPE | sql`; `12+` before the type marks what 11.2 lacks. */
export function viewColumns(lines: string): readonly ViewColumn[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', type = '', ...sql] = line.split('|').map((part) => part.trim());
      const text = sql.join('|');
      return {
        name,
        type: type.replace('12+ ', ''),
        sql: text,
        since12: type.startsWith('12+ '),
        takesScn: text === 'NEW SCN',
      };
    });
}

const CASTS: readonly (readonly [string, string])[] = [
  ['NUMBER', 'numeric'],
  ['DATE', 'timestamp(0)'],
  ['RAW', 'bytea'],
];

function cast(type: string): string {
  return CASTS.find(([prefix]) => type.startsWith(prefix))?.[1] ?? 'text';
}

/** `CREATE OR REPLACE VIEW` of one definition. */
export function viewSql({ name, columns, from }: ViewDefinition): string {
  const list = columns.map(
    (column) => `(${column.takesScn ? 'NULL' : column.sql})::${cast(column.type)} AS ${identifier(column.name)}`,
  );
  return `CREATE VIEW "SYS".${identifier(name)} AS SELECT ${list.join(', ')} ${from};`;
}

const DECLARED = /^(\w+)(?:\((\d+)\))?$/;

/** The Oracle column of a view's column under a release. */
export function viewColumnType(column: ViewColumn, release: Release): OracleColumn {
  const [, word = 'VARCHAR2', digits] = DECLARED.exec(column.type) ?? [];
  const length = Number(digits ?? 1);
  const base = { name: column.name, nullable: true };
  switch (word) {
    case 'NAME':
      return { ...base, type: 'VARCHAR2', length: release === '19c' ? 128 : 30, charUsed: 'B' };
    case 'VARCHAR2':
    case 'CHAR':
      return { ...base, type: word, length, charUsed: 'B' };
    case 'RAW':
      return { ...base, type: word, length };
    default:
      return { ...base, type: word as OracleColumn['type'] };
  }
}

export interface Family {
  /** `TABLES` makes ALL_TABLES, USER_TABLES and DBA_TABLES. */
  readonly name: string;
  /** The first column must be OWNER; USER_ views drop it. */
  readonly columns: string;
  readonly from: string;
  /** SQL of the owner and the name that privileges are looked up by. */
  readonly owner: string;
  readonly object?: string;
  /** Extra columns that ALL_ and USER_ lack, by name. */
  readonly onlyDba?: readonly string[];
  /** Which of the three exist; all by default. */
  readonly kinds?: readonly ('ALL' | 'USER' | 'DBA')[];
}

function filter(kind: 'ALL' | 'USER' | 'DBA', { owner, object }: Family): string {
  if (kind === 'DBA') return '';
  if (kind === 'USER' || object === undefined) return ` AND ${owner} = "SYS".me()`;
  return ` AND "SYS".visible(${owner}, ${object})`;
}

/** The ALL_, USER_ and DBA_ forms of one view. `from` must end in a WHERE clause. */
export function viewFamily(family: Family): readonly ViewDefinition[] {
  const columns = viewColumns(family.columns);
  return (family.kinds ?? ['ALL', 'USER', 'DBA']).map((kind) => ({
    name: `${kind}_${family.name}`,
    restricted: kind === 'DBA',
    columns: columns
      .filter((column) => kind === 'DBA' || family.onlyDba?.includes(column.name) !== true)
      .filter((column, index) => !(kind === 'USER' && index === 0 && column.name === 'OWNER')),
    from: `${family.from}${filter(kind, family)}`,
  }));
}
