import type { CanonicalKind } from '../../core/canonical/canonical-text';
import type { CatalogueColumn } from '../columns';

const KINDS: Readonly<Record<string, CanonicalKind>> = {
  bool: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  numeric: 'number',
  float4: 'float4',
  float8: 'float8',
  text: 'text',
  varchar: 'text',
  citext: 'text',
  name: 'text',
  json: 'text',
  bpchar: 'padded',
  bytea: 'bytes',
  date: 'date',
  timestamp: 'moment',
  timestamptz: 'moment',
  time: 'time',
  uuid: 'uuid',
  jsonb: 'jsonb',
};

/** How values of a column are compared: by a form that we know, else by the one that the server gives them. */
export function canonicalKind({ type, builtIn, labels }: CatalogueColumn): CanonicalKind {
  if (labels !== null) return 'text';
  return (builtIn && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined) ?? 'as-stored';
}
