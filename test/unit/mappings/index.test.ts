import { abisMappings } from '../../../src/mappings';

describe('abisMappings', () => {
  it('has the fields of the legacy plan, parents before their children', () => {
    expect(abisMappings.map(({ entity, source, fields }) => [entity, source, fields.length])).toEqual([
      ['carrier', 'AB_CARRIER', 8],
      ['line', 'AB_LINE', 4],
      ['customer', 'AB_CUSTOMER', 15],
      ['coil', 'AB_COIL', 19],
      ['job', 'AB_JOB', 20],
      ['skid', 'AB_SKID', 10],
      ['qa', 'AB_QA_RESULT', 10],
      ['shipment', 'AB_SHIPMENT', 12],
    ]);
  });

  it('uses every built-in conversion of the reference, so that the demo exercises them', () => {
    const used = new Set(
      abisMappings.flatMap(({ fields }) => fields.flatMap((field) => field.transform)).map(({ name }) => name),
    );
    const builtIn = [
      'trimmed', 'collapsedSpaces', 'upper', 'lower', 'unpadded', 'integer', 'decimal', 'yesNo', 'codeTable', 'oracleDate',
      'oracleTimestamp', 'timestampToMicroseconds', 'dateFromText', 'phone', 'email', 'nulRefused', 'nulStripped', 'nulReplaced',
      'bytesAs', 'nullIf',
    ]; // prettier-ignore
    expect(builtIn.filter((name) => !used.has(name))).toEqual([]);
  });

  it('fills every column of its entities', () => {
    expect(abisMappings.flatMap(({ leftOut }) => leftOut)).toEqual([]);
  });
});
