import { inspect } from 'node:util';
import { DatabaseError } from 'pg';
import { MigrationError } from '../../../../src/core/errors';
import { literal } from '../../../../src/postgres/session/sql';
import { targetError } from '../../../../src/postgres/session/sqlstate';

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError('Key (name)=(Miller) already exists', 10, 'error');
  return Object.assign(error, { code, constraint: 'customer_name_key', detail: 'Miller' });
}

describe('targetError', () => {
  it.each([
    ['23505', 'LOAD_FAILED'],
    ['22001', 'LOAD_FAILED'],
    ['08006', 'TARGET_UNREACHABLE'],
    ['57P01', 'TARGET_UNREACHABLE'],
    ['53300', 'TARGET_UNREACHABLE'],
    ['28P01', 'TARGET_LOGIN_REFUSED'],
    ['3D000', 'TARGET_LOGIN_REFUSED'],
    ['25006', 'TARGET_READ_ONLY'],
    ['42501', 'TARGET_RIGHTS'],
    ['XX000', 'LOAD_FAILED'],
  ])('turns SQLSTATE %s into %s with a hint', (state, code) => {
    const error = targetError(databaseError(state), 'loading coil');
    expect(error).toMatchObject({
      code,
      hint: expect.stringMatching(/^[A-Z].+\.$/) as string,
      facts: { sqlState: state },
    });
  });

  it('lets nothing of a row through from an error of class 22 or 23', () => {
    const error = targetError(databaseError('23505'), 'loading coil');
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify([error.message, error.facts, error.hint])).not.toContain('Miller');
    expect(error.facts).toMatchObject({ constraint: 'customer_name_key' });
  });

  it.each(['40P01', '57014', '53100', 'XX000', '45000', 'P0002', '42601'])(
    'shows no row that the server quotes beside an error of SQLSTATE %s',
    (state) => {
      const where = `COPY coil, line 1: "7\tMiller"`;
      const raw = Object.assign(new DatabaseError('deadlock detected', 10, 'error'), { code: state, where });
      if (['45000', 'P0002', '42601'].includes(state)) raw.message = 'customer Miller is not welcome';
      const error = targetError(Object.assign(raw, { detail: 'Miller', hint: 'Miller' }), 'loading coil');
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Miller');
    },
  );

  it('keeps the words of an error that speaks of names and settings only', () => {
    const error = targetError(databaseError('42501'), 'loading coil');
    expect(error.cause).toBeInstanceOf(DatabaseError);
  });

  it.each(['ENETUNREACH', 'ECONNABORTED'])('takes %s for a lost connection', (code) => {
    expect(targetError(Object.assign(new Error('x'), { code }), 'connecting')).toMatchObject({ retryable: true });
  });

  it('takes a broken socket for a lost connection and leaves coded errors alone', () => {
    expect(targetError(Object.assign(new Error('x'), { code: 'ECONNRESET' }), 'loading').code).toBe(
      'TARGET_UNREACHABLE',
    );
    const coded = new MigrationError('RUN_ACTIVE', 'busy');
    expect(targetError(coded, 'loading')).toBe(coded);
  });
});

describe('literal', () => {
  it('quotes quotes and backslashes', () => {
    expect(literal(`it's`)).toBe(`'it''s'`);
    expect(literal('a\\b')).toBe(` E'a\\\\b'`);
  });
});
