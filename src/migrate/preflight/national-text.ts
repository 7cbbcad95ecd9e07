import type { Issue } from '../../core/issues';
import type { SourceFacts, SourceTable } from '../../core/ports/legacy-source';

/** The one national character set that the driver reads in Thin mode; a text of another ends the entity with NJS-100. */
const READ_IN_THIN_MODE = 'AL16UTF16';
const NATIONAL = /^(?:NCHAR|NVARCHAR2|NCLOB)\b/;

/** Columns of a table that a mapping reads, for its rows or to look values up. */
export interface ReadColumns {
  /** What reads them: an entity, or a property of it. */
  readonly subject: string;
  readonly names: readonly string[];
  readonly table: SourceTable | null;
}

/** Columns of national text that are read and the driver cannot read. */
export function nationalText(
  { subject, names: read, table }: ReadColumns,
  { mode, nationalCharacterSet }: Pick<SourceFacts, 'mode' | 'nationalCharacterSet'>,
): Issue[] {
  if (table === null || mode !== 'thin' || [READ_IN_THIN_MODE, 'unknown'].includes(nationalCharacterSet)) return [];
  const wanted = new Set(read.map((name) => name.toUpperCase()));
  const found = table.columns.filter(({ name, dataType }) => NATIONAL.test(dataType) && wanted.has(name.toUpperCase()));
  if (found.length === 0) return [];
  const names = found.map(({ name, dataType }) => `${name} (${dataType})`).join(', ');
  return [
    {
      code: 'SOURCE_CHARACTER_SET',
      level: 'error',
      subject,
      message: `national text in ${nationalCharacterSet} cannot be read in Thin mode: ${names}`,
      hint: 'Install Oracle Instant Client 19 and set ORACLE_CLIENT_LIB_DIR to its folder, or leave the columns out of the mapping.',
    },
  ];
}
