import type { EntityProgress } from '../../../../src/core/run/run-record';
import { limitOf, limitText } from '../../../../src/core/run/reject-limit';
import { resumeCommand } from '../../../../src/core/run/resume-command';
import { decodeSettings } from '../../../../src/core/run/run-settings';

function progress(rejected: number): EntityProgress[] {
  const tally = {
    source: 1_000,
    read: 1_000,
    inserted: 0,
    updated: 0,
    skipped: 0,
    rejected,
    filtered: 0,
    checksum: '',
  };
  return [{ entity: 'coil', plannedChunks: 2, loadedChunks: 1, countedAt: '1', snapshots: ['1'], tally }];
}

describe('resumeCommand', () => {
  it.each([
    ['1%', 10, ''],
    ['1%', 11, ' --max-rejects 11'],
    ['5%', 11, ''],
    ['5%', 51, ' --max-rejects 51'],
    ['200', 11, ''],
    [undefined, 11, ' --max-rejects 11'],
  ])('of a run with --max-rejects %s and %d rejects of 1,000 ends in "%s"', (limit, rejected, end) => {
    const settings = decodeSettings(limit === undefined ? {} : { maxRejects: limit });
    expect(resumeCommand({ id: 'r1', settings }, progress(rejected))).toBe(`cutover migrate --resume --run r1${end}`);
  });

  it('reads a limit as it was written', () => {
    for (const text of ['1%', '0.5%', '0', '100']) expect(limitText(limitOf(text))).toBe(text);
  });
});
