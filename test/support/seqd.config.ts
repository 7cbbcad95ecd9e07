/** One entity that names no schema, with a parent and a lookup that name none either, as a config file that lanes in threads load. */
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { defineConfig } from '../../src/config/define-config';
import { legacyTable, targetValues } from '../../src/core/mapping/legacy-table';
import type { NumberText } from '../../src/core/mapping/wire';
import { integer } from '../../src/core/transforms';

@Entity('seqd_kind')
export class SeqdKind {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'text' }) label!: string;
}

@Entity('seqd')
export class Seqd {
  @PrimaryColumn({ type: 'int' }) id!: number;
  @Column({ type: 'text', nullable: true }) name!: string | null;
  @Column({ name: 'kind_id', type: 'int', nullable: true }) kindId!: number | null;
  @ManyToOne(() => SeqdKind) @JoinColumn({ name: 'kind_id' }) kind!: SeqdKind;
}

const kindIds = targetValues(SeqdKind, 'id', { by: ['label'] });
const { from, lookup, mapTo } = legacyTable<{ ID: NumberText; NAME: string; KIND: string | null }>('SEQD', {
  key: ['ID'],
});

export const seqdMappings = [
  mapTo(Seqd, { id: from('ID', integer), name: from('NAME'), kindId: lookup('KIND', kindIds) }),
];
export const seqdEntities = [Seqd, SeqdKind];

export default defineConfig({ mappings: seqdMappings, entities: seqdEntities });
