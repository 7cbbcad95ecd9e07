import type { Kill } from './interrupted-run';
import { PHASES } from './progress';
import type { SoakResult, SoakRun } from './soak-runs';
import { aimText, STRIKE_KINDS } from './strike-plan';

/** One line about one kill. */
export function killLine({ number, run, strike, lanes, elapsedMs, phase, at, end }: Kill): string {
  const where = phase === 'load' ? `load, ${at}` : phase;
  const moment = `${(elapsedMs / 1000).toFixed(2)} s`;
  return `kill ${number}  run ${run}, ${lanes} lanes  ${strike.kind}  at ${moment}, ${where} (aimed: ${aimText(strike.aim)})  ${end}`;
}

/** One line about one run, and what was wrong with it. */
export function runLines({ number, batchSize, kills, starts, refused, faults, differences, folder }: SoakRun): string {
  const verdict = folder === null ? 'as uninterrupted' : `WRONG, see ${folder}`;
  return [
    `run ${number}: ${batchSize} rows a chunk, ${kills.length} kills, ${starts} starts, ${refused} refused: ${verdict}`,
    ...faults.map((fault) => `  fault: ${fault}`),
    ...differences.slice(0, MOST_SHOWN).map(({ part, side, line }) => `  ${part}, ${side}: ${line}`),
    ...(differences.length > MOST_SHOWN ? [`  … ${differences.length} differences`] : []),
  ].join('\n');
}

const MOST_SHOWN = 20;

/** The whole soak as text. */
export function soakSummary({ rows, phaseMs, runs }: SoakResult): string {
  const kills = runs.flatMap((run) => run.kills);
  const differences = runs.reduce((sum, run) => sum + run.differences.length, 0);
  const faults = runs.reduce((sum, run) => sum + run.faults.length, 0);
  const starts = runs.reduce((sum, run) => sum + run.starts, 0);
  const refused = runs.reduce((sum, run) => sum + run.refused, 0);
  return [
    `${rows} rows; uninterrupted: ${PHASES.map((phase) => `${phase} ${(phaseMs[phase] / 1000).toFixed(1)} s`).join(', ')}`,
    table(['kind', ...PHASES, 'all'], byKindAndPhase(kills)),
    table(['ends after', 'how', 'times'], ends(kills)),
    table(['read again per kill and lane', 'most', 'mean'], readAgain(kills)),
    `${kills.length} kills, ${runs.length} runs, ${starts} starts (${refused} refused), ${differences} differences, ${faults} faults`,
  ].join('\n\n');
}

function byKindAndPhase(kills: readonly Kill[]): string[][] {
  const row = (name: string, of: readonly Kill[]): string[] => {
    const counts = PHASES.map((phase) => of.filter((kill) => kill.phase === phase).length);
    return [name, ...[...counts, of.length].map(String)];
  };
  return [
    ...STRIKE_KINDS.map((kind) =>
      row(
        kind,
        kills.filter(({ strike }) => strike.kind === kind),
      ),
    ),
    row('all', kills),
  ];
}

function ends(kills: readonly Kill[]): string[][] {
  return STRIKE_KINDS.flatMap((kind) => {
    const found = new Map<string, number>();
    for (const { strike, end } of kills) if (strike.kind === kind) found.set(end, (found.get(end) ?? 0) + 1);
    return [...found].map(([end, times]) => [kind, end, String(times)]);
  });
}

/** Of the kills that ended a process. The events name no lane, so a kill's chunks are divided by the lanes it had. */
function readAgain(kills: readonly Kill[]): string[][] {
  const ended = kills.filter(({ end, phase }) => end !== 'went on' && phase === 'load');
  const row = (name: string, counts: readonly number[]): string[] => {
    const mean = counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length);
    return [name, Math.max(0, ...counts).toFixed(2), mean.toFixed(2)];
  };
  return [
    row(
      'chunks read to their end, not committed',
      ended.map(({ wholeInHand, lanes }) => (wholeInHand ?? 0) / lanes),
    ),
    row(
      'chunks in part',
      ended.map(({ partlyRead, lanes }) => (partlyRead ?? 0) / lanes),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return all.map(line).join('\n');
}
