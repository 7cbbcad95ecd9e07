import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killLine, runLines } from '../../../scripts/soak/report';
import { soak, type SoakResult } from '../../../scripts/soak/soak-runs';
import { STRIKE_KINDS } from '../../../scripts/soak/strike-plan';

const KILLS = STRIKE_KINDS.length;

/** A small part of `npm run soak`: the same code over little data, with every kind of kill once. */
describe('migrations that are struck at random moments and resumed', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cutover-soak-test-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a failing test shows: each kill, and each run that went wrong. */
  const toldBy = ({ runs }: SoakResult): string =>
    runs.flatMap((run) => [...run.kills.map(killLine), runLines(run)]).join('\n');

  it('leave what an uninterrupted one leaves, whatever the kind of kill', async () => {
    const result = await soak({
      kills: KILLS,
      seed: 4,
      scale: 0.1,
      batchSizes: [500, 1_000],
      atDifference: 'go on',
      kinds: STRIKE_KINDS,
      silenceMs: 100_000,
      folder,
    });
    const wrong = result.runs.filter((run) => run.folder !== null);
    expect({ wrong: wrong.length, told: wrong.length === 0 ? '' : toldBy(result) }).toEqual({ wrong: 0, told: '' });
    const kinds = result.runs.flatMap(({ kills }) => kills.map(({ strike }) => strike.kind));
    expect(kinds.sort()).toEqual([...STRIKE_KINDS].sort());
  }, 240_000);
});
