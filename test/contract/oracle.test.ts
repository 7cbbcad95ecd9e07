import type { LegacySource } from '../../src/core/ports/legacy-source';
import { openOracleSource } from '../../src/oracle/source/oracle-source';
import { STANDIN_OWNER, startTestStandin, type LegacyStandin } from '../support/standin';
import { sourceContract } from './source-contract';

const ROWS = 23;

describe('Oracle as a source, here the stand-in', () => {
  let standin: LegacyStandin | undefined;
  let source: LegacySource | undefined;
  afterAll(async () => {
    await source?.close();
    await standin?.stop();
  });

  sourceContract(async () => {
    standin = await startTestStandin({ ddl: ['CREATE TABLE ITEM (ID NUMBER(9) PRIMARY KEY, NAME VARCHAR2(20))'] });
    const rows = Array.from({ length: ROWS }, (_, at) => [at + 1, `name ${at + 1}`]);
    await standin.run({ sql: 'INSERT INTO ITEM VALUES (:1, :2)', rows });
    source = await openOracleSource(standin.settings);
    return { source, rows: ROWS, owner: STANDIN_OWNER };
  });
});
