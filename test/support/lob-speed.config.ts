/** Tables with large values of every class, as a config file that lanes in threads load. */
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { legacyTable } from '../../src/core/mapping/legacy-table';
import type { NumberText } from '../../src/core/mapping/wire';
import { integer } from '../../src/core/transforms';
import { defineConfig } from '../../src/config/define-config';

@Entity('doc')
class Doc {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'text', nullable: true })
  clob!: string | null;

  @Column({ type: 'text', nullable: true })
  nclob!: string | null;

  @Column({ type: 'bytea', nullable: true })
  blob!: Buffer | null;
}

@Entity('old_text')
class OldText {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'text' })
  body!: string;
}

@Entity('old_bytes')
class OldBytes {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'bytea' })
  body!: Buffer;
}

@Entity('plain')
class Plain {
  @PrimaryColumn({ type: 'int' })
  id!: number;
}

interface DocRow {
  readonly ID: NumberText;
  readonly C: string | null;
  readonly N: string | null;
  readonly B: Buffer | null;
}

interface OldRow<Body> {
  readonly ID: NumberText;
  readonly BODY: Body;
}

const docs = legacyTable<DocRow>('DOCS', { key: ['ID'] });
const oldTexts = legacyTable<OldRow<string>>('OLD_TEXTS', { key: ['ID'] });
const oldBytes = legacyTable<OldRow<Buffer>>('OLD_BYTES', { key: ['ID'] });
const plains = legacyTable<{ readonly ID: NumberText }>('PLAINS', { key: ['ID'] });

export const plainMapping = plains.mapTo(Plain, { id: plains.from('ID', integer) });

export const lobMappings = [
  docs.mapTo(Doc, {
    id: docs.from('ID', integer),
    clob: docs.from('C'),
    nclob: docs.from('N'),
    blob: docs.from('B'),
  }),
  oldTexts.mapTo(OldText, { id: oldTexts.from('ID', integer), body: oldTexts.from('BODY') }),
  oldBytes.mapTo(OldBytes, { id: oldBytes.from('ID', integer), body: oldBytes.from('BODY') }),
  plainMapping,
];

export const lobEntities = [Doc, OldText, OldBytes, Plain];

export default defineConfig({ mappings: lobMappings, entities: lobEntities });
