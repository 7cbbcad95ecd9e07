import type { CatalogueColumn } from './columns';
import { storedType, type StoredType } from '../types';
import { arrayEncoder, stagedArray } from '../encode/arrays';
import type { CellEncoder } from '../encode/encoder';
import { anyText, labelEncoder, textEncoder } from '../encode/texts';

/** How one column is written. */
export interface ColumnEncoders {
  /** As its type has it; or as text, where only the server knows the type. */
  readonly encode: CellEncoder;
  /** Into a text column of a staging table, where a chunk is done again; null for types that need none of that. */
  readonly asText: CellEncoder | null;
  /** Whether it has to go through the staging table in any case. */
  readonly staged: boolean;
}

/** What a column's type asks for. */
export function encodersOf(column: CatalogueColumn): ColumnEncoders {
  if (isByText(column)) return { encode: anyText, asText: anyText, staged: true };
  const type = column.labels === null ? storedType(column.valueType) : null;
  const scalar = type === null ? labelEncoder(column) : type.encode(column);
  return {
    encode: inElements(scalar, column, type),
    asText: type?.staged === undefined ? null : stagedText(column, type.stage ?? scalar),
    staged: type?.staged === 'always' || column.element?.domain === true,
  };
}

function inElements(scalar: CellEncoder, { element }: CatalogueColumn, type: StoredType | null): CellEncoder {
  return element === null ? scalar : arrayEncoder(scalar, { oid: element.oid, ofBytes: type?.copied === 'bytes' });
}

function stagedText({ element }: CatalogueColumn, judged: CellEncoder): CellEncoder {
  return element === null ? judged : stagedArray(judged, TEXT);
}

/** Whether the server alone knows the form of the column's values. */
export function isByText({
  builtIn,
  labels,
  valueType,
}: Pick<CatalogueColumn, 'builtIn' | 'labels' | 'valueType'>): boolean {
  return labels === null && !(builtIn && storedType(valueType) !== null);
}

const TEXT = textEncoder({ maxLength: null, precision: null, scale: null, labels: null });
