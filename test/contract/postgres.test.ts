import { targetForEach } from '../support/opened-target';
import { column } from '../support/sql';
import { ledgerContract } from './ledger-contract';
import { loaderContract } from './loader-contract';
import { targetContract } from './target-contract';
import type { OpenSubject } from './target-subject';

describe('PostgreSQL as a target', () => {
  const opening = targetForEach(
    'create table item (id int primary key, name text); create table other (id int primary key, name text)',
  );
  const open: OpenSubject = async () => {
    const { target, client } = await opening();
    const idsIn = async (table: string) =>
      (await column(client, `select id::text from ${table} order by 1`)) as string[];
    return { target, idsIn };
  };
  ledgerContract(open);
  loaderContract(open);
  targetContract(open);
});
