import { openOracleSource } from '../../src/oracle/source/oracle-source';
import { answering, type FakeTable } from './oracle-dictionary';
import { recordingDriver, type Answer } from './recording-oracle-driver';

/** A legacy table with nothing but its key. */
export const KEYED_COIL: FakeTable = { owner: 'LEGACY', name: 'AB_COIL', columns: [['COIL_ID', 'NUMBER', 'N']] };

/** An Oracle source over tables of a dictionary; `rest` answers what is asked beside it. Its driver has what was sent. */
export async function sourceOver(tables: readonly FakeTable[], rest?: Answer) {
  const driver = recordingDriver(answering(tables, rest));
  const settings = { user: 'legacy', password: 'tiger', host: 'db', service: 'ABIS' };
  return Object.assign(await openOracleSource(settings, { driver: driver.driver }), { driver });
}
