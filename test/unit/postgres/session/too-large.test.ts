import { DatabaseError } from 'pg';
import { keepingAsReject, keepingForReset } from '../../../../src/postgres/session/too-large';

const TABLE = { schema: 'public', name: 'doc' };

const errorOf = (work: () => Promise<unknown>): Promise<unknown> =>
  keepingAsReject({ table: TABLE, others: "'null'" }, work).catch((error: unknown) => error);

function refused(code: string, message: string): DatabaseError {
  return Object.assign(new DatabaseError(message, 0, 'error'), { code });
}

describe('a row that is to be kept for a reset', () => {
  it('is named by table and entity where the server cannot write it as text', async () => {
    const cause = refused('54000', 'string buffer exceeds maximum allowed length (1073741823 bytes)');
    await expect(keepingForReset({ table: TABLE, entity: 'doc' }, () => Promise.reject(cause))).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      hint: expect.stringContaining('--on-conflict skip') as string,
      facts: { table: expect.stringContaining('doc') as string, entity: 'doc' },
    });
  });
});

describe('an orphan that is to be kept as a reject', () => {
  it.each([
    ['54000', 'out of memory'],
    ['54000', 'string buffer exceeds maximum allowed length (1073741823 bytes)'],
    ['XX000', 'invalid memory alloc request size 1258291203'],
  ])('is named by its table where the server cannot write it as JSON (%s %s)', async (code, message) => {
    const error = await errorOf(() => Promise.reject(refused(code, message)));
    expect(error).toMatchObject({ code: 'LOAD_FAILED', facts: { table: expect.stringContaining('doc') as string } });
    expect((error as { hint?: string }).hint).toMatch(/^Choose the orphan policy 'null' in the mapping, or load/);
  });

  it('has no advice of a policy where the key admits no other', async () => {
    const work = () => Promise.reject(refused('54000', 'out of memory'));
    const error = await keepingAsReject({ table: TABLE, others: '' }, work).catch((thrown: unknown) => thrown);
    expect((error as { hint?: string }).hint).toMatch(/^Load their parents; then start anew/);
  });

  it.each([
    ['XX000', 'cache lookup failed'],
    ['54000', 'index row size 2712 exceeds maximum 2704'],
    ['23505', 'duplicate key value'],
  ])('leaves other errors as they are (%s %s)', async (code, message) => {
    const other = refused(code, message);
    expect(await errorOf(() => Promise.reject(other))).toBe(other);
  });

  it('gives back what came of it', async () => {
    expect(await keepingAsReject({ table: TABLE, others: '' }, () => Promise.resolve(3))).toBe(3);
  });
});
