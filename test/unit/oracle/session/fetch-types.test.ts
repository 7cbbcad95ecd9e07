import oracledb from 'oracledb';
import { exactText, singleText } from '../../../../src/oracle/session/fetch-types';

describe('exactText', () => {
  it('fetches numbers and LOBs as text or bytes, and leaves other types as they are', () => {
    expect(exactText({ dbType: oracledb.DB_TYPE_NUMBER })).toEqual({ type: oracledb.DB_TYPE_VARCHAR });
    expect(exactText({ dbType: oracledb.DB_TYPE_BLOB })).toEqual({ type: oracledb.DB_TYPE_RAW });
    expect(exactText({ dbType: oracledb.DB_TYPE_NCLOB })).toEqual({ type: oracledb.DB_TYPE_NVARCHAR });
    expect(exactText({ dbType: oracledb.DB_TYPE_VARCHAR })).toBeUndefined();
  });

  it('renders binary numbers with the shortest text that reads back to the same value', () => {
    const double = exactText({ dbType: oracledb.DB_TYPE_BINARY_DOUBLE })?.converter;
    expect(double?.(0.1)).toBe('0.1');
    expect(double?.(Number.NaN)).toBe('NaN');
    expect(double?.(-Infinity)).toBe('-Infinity');
    expect(double?.(null)).toBeNull();
  });

  it('does not touch the settings of the process', () => {
    expect(oracledb.fetchAsString).toEqual([]);
    expect(oracledb.fetchAsBuffer).toEqual([]);
  });
});

describe('singleText', () => {
  it.each([0, 0.1, -1.5, 16_777_216, 3.4028234663852886e38, 1.401298464324817e-45, 123_456.789])(
    'reads back to the single-precision value of %p',
    (value) => {
      const single = Math.fround(value);
      expect(Math.fround(Number(singleText(single)))).toBe(single);
      expect(singleText(single).length).toBeLessThanOrEqual(String(single).length);
    },
  );

  it('keeps what is not finite', () => {
    expect(singleText(Infinity)).toBe('Infinity');
    expect(singleText(Number.NaN)).toBe('NaN');
  });
});
