import 'reflect-metadata';
import { Client } from 'pg';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { freshDatabase } from '../../support/databases';

@Entity('note')
class Note {
  @PrimaryGeneratedColumn('identity')
  id!: number;

  @Column({ type: 'varchar', length: 12 })
  title!: string;
}

describe('synchronizeSchema', () => {
  it('creates the tables of the entities, and can be repeated', async () => {
    const database = await freshDatabase();
    const client = new Client({ connectionString: database.url });
    try {
      await synchronizeSchema(database.url, [Note]);
      await synchronizeSchema(database.url, [Note]);
      await client.connect();
      await client.query("insert into note (title) values ('first')");
      const { rows } = await client.query('select id, title from note');
      expect(rows).toEqual([{ id: 1, title: 'first' }]);
    } finally {
      await client.end();
      await database.drop();
    }
  });
});
