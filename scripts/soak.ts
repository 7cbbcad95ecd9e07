/**
 * npm run soak -- [--kills 200] [--seed n] [--scale 5] [--keep-going] [--batch-sizes 500-20000]
 *
 * Migrations of the demo's data that are killed, cut off from their databases and left without their target server, at random moments
 * that the seed determines, and started again until they are complete. Each must leave what an uninterrupted run leaves: rows,
 * rejects, checksums, counts of changes, constraints, indexes, triggers, sequences. Ends with 1 at the first that does not (after
 * the last kill with --keep-going), and keeps its folder.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { killLine, runLines, soakSummary } from './soak/report';
import { soak } from './soak/soak-runs';
import { runScript } from './run-script';

/** Longer than a run waits for a lost database before it gives up. */
const SILENCE_MS = 150_000;

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      kills: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      scale: { type: 'string', default: '5' },
      'batch-sizes': { type: 'string', default: '500-20000' },
      'keep-going': { type: 'boolean', default: false },
    },
  });
  const [least = 500, most = least] = values['batch-sizes'].split('-').map(Number);
  // A soak that does nothing would end well.
  if (
    ![Number(values.kills), Number(values.scale), least, most].every((number) => number > 0) ||
    !(Number(values.seed) >= 0)
  )
    throw new RangeError('--kills, --scale and --batch-sizes are numbers above 0, --seed is one from 0 on');
  const folder = await mkdtemp(path.join(tmpdir(), 'cutover-soak-'));
  const repeat = `npm run soak -- --kills ${values.kills} --seed ${values.seed} --scale ${values.scale} --batch-sizes ${values['batch-sizes']}`;
  console.log(`${repeat}\n`);
  const result = await soak({
    kills: Number(values.kills),
    seed: Number(values.seed),
    scale: Number(values.scale),
    batchSizes: [least, most],
    atDifference: values['keep-going'] ? 'go on' : 'stop',
    silenceMs: SILENCE_MS,
    folder,
    onKill: (kill) => {
      console.log(killLine(kill));
    },
    onRun: (run) => {
      console.log(runLines(run));
    },
  });
  console.log(`\n${soakSummary(result)}`);
  if (result.runs.every((run) => run.folder === null)) {
    await rm(folder, { recursive: true, force: true });
    return 0;
  }
  console.log(`\nTranscripts, traces and the target's cluster are kept in ${folder}. To repeat: ${repeat}`);
  return 1;
}

runScript(main);
