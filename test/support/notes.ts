import { Column, Entity, PrimaryColumn } from 'typeorm';
import { legacyTable } from '../../src/core/mapping/legacy-table';
import type { NumberText } from '../../src/core/mapping/wire';
import { integer, trimmed } from '../../src/core/transforms';

/** Rows of large values, for tests and `npm run bench:lobs`: a text that is copied as it is, one that a conversion reads, and bytes. */
@Entity('note')
export class Note {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  @Column({ type: 'text', nullable: true })
  clean!: string | null;

  @Column({ type: 'bytea', nullable: true })
  file!: Buffer | null;
}

interface Row {
  readonly ID: NumberText;
  readonly NOTE: string | null;
  readonly CLEAN: string | null;
  readonly FILE_: Buffer | null;
}

/** A table or view of the form of NOTES. */
export const notesOf = (source: string) => legacyTable<Row>(source, { key: ['ID'] });

export const noteFields = ({ from }: ReturnType<typeof notesOf>) =>
  ({ id: from('ID', integer), note: from('NOTE'), clean: from('CLEAN', trimmed), file: from('FILE_') }) as const;

export function notesIn(source: string) {
  const table = notesOf(source);
  return table.mapTo(Note, noteFields(table));
}

export const DDL = (table: string): string =>
  `CREATE TABLE ${table} (ID NUMBER(9) NOT NULL PRIMARY KEY, NOTE CLOB, CLEAN CLOB, FILE_ BLOB)`;
