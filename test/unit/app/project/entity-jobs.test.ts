import { Column, Entity, PrimaryColumn } from 'typeorm';
import { entityJobs } from '../../../../src/app/project/entity-jobs';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { DateText, NumberText } from '../../../../src/core/mapping/wire';
import { integer, oracleTimestamp } from '../../../../src/core/transforms';

/** Stored in cents; the application works in whole units. */
const cents = { to: (value: number): string => (value * 100).toFixed(0), from: Number };
const yearOnly = { to: (value: Date): number => value.getUTCFullYear(), from: Number };

@Entity('priced')
class Priced {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'bigint', transformer: cents })
  price!: number;

  @Column({ type: 'int', transformer: yearOnly })
  since!: Date;
}

interface PricedRow {
  ID: NumberText;
  PRICE: NumberText;
  SINCE: DateText;
}

const { from, mapTo } = legacyTable<PricedRow>('PRICED', { key: ['ID'] });
const priced = mapTo(Priced, {
  id: from('ID', integer),
  price: from('PRICE', integer),
  since: from('SINCE', oracleTimestamp),
});

describe('entityJobs', () => {
  it('hands column transformers what the entity would hold, a number or a Date, and not the text on the wire', () => {
    const [job] = entityJobs({ mappings: [priced] }, { entities: [], where: {} });
    const transformer = job!.transformer();
    transformer.add([['AAA', '1', '25', ' 1999-05-01 00:00:00']]);
    const { rows, rejects } = transformer.prepared({ entity: 'priced', chunk: 0 });
    expect(rejects).toEqual([]);
    expect(rows).toEqual([['1', '2500', 1999]]);
  });
});
