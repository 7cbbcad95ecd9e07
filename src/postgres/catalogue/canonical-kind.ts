import type { CanonicalKind, ScalarKind } from '../../core/canonical/canonical-text';
import type { CatalogueColumn } from './columns';
import { isByText } from './encoders';
import { ident } from '../session/sql';
import { storedType } from '../types';

/** How values of a column are compared: by a form that we know, else by the one that the server gives them. */
export function canonicalKind(column: CatalogueColumn): CanonicalKind {
  if (isByText(column)) return 'as-stored';
  const kind: ScalarKind = (column.labels === null ? storedType(column.valueType)?.kind : undefined) ?? 'text';
  return column.element === null ? kind : `${kind}[]`;
}

/** SQL: columns of the row `t`, each in its `readForm`. */
export function readForms(columns: readonly CatalogueColumn[], names: readonly string[]): string {
  return names.map((name) => readForm(columns, name)).join(', ');
}

/** SQL: a column of the row `t` in a form that no setting of the server has a part in. */
export function readForm(columns: readonly CatalogueColumn[], wanted: string): string {
  const column = columns.find((candidate) => candidate.name === wanted);
  // The server says of a column that it does not have.
  if (column === undefined) return `t.${ident(wanted)}`;
  const name = `t.${ident(column.name)}`;
  const readAs = isByText(column) ? undefined : storedType(column.valueType)?.readAs;
  return readAs === undefined ? name : `${name}::${readAs}${column.element === null ? '' : '[]'}`;
}

/** SQL: a canonical text as a value of the column. */
export function fromForm(text: string, { castType, valueType, builtIn }: CatalogueColumn): string {
  return builtIn && storedType(valueType)?.readAs === 'numeric'
    ? `${text}::${castType.replace('money', 'numeric')}::${castType}`
    : `${text}::${castType}`;
}

/** Whether the server writes a value of the column as it is compared, so that its hash may stand for it. */
export function isHashable(kind: CanonicalKind): boolean {
  return kind === 'text' || kind === 'bytes';
}
