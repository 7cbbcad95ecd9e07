import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { compareDemo } from '../../src/demo/compare';
import { TARGET_TABLES } from '../../src/demo/target-tables';
import { InterruptedRun, type Kill, type RunContext, type RunOrder } from './interrupted-run';
import { MigrationProcess } from './migration-process';
import { PHASES, type Phase } from './progress';
import { randomFrom, type Random } from './random';
import { buildSnapshot, type SnapshotBuild } from '../snapshot-build';
import type { StrikeKind } from './strike-plan';
import { differencesBetween, readTraces, type Difference, type Traces } from './traces';
import { startWorld, type World } from './world';

export interface SoakOptions {
  readonly kills: number;
  readonly seed: number;
  readonly scale: number;
  /** Go on to the last kill, or stop at the first run that ends otherwise than an uninterrupted one. */
  readonly atDifference: 'stop' | 'go on';
  /** Transcripts, what the command line leaves, the target's cluster. Removed when there is no difference. */
  readonly folder: string;
  /** Rows per chunk are drawn between these. */
  readonly batchSizes: readonly [least: number, most: number];
  /** Kinds of the first kills, in their order; drawn where absent. */
  readonly kinds?: readonly StrikeKind[];
  /** Nothing heard from a migration for so long is a hang. */
  readonly silenceMs: number;
  readonly onKill?: (kill: Kill) => void;
  readonly onRun?: (run: SoakRun) => void;
}

export interface SoakRun extends Pick<RunOrder, 'number' | 'batchSize'> {
  readonly kills: readonly Kill[];
  readonly starts: number;
  readonly refused: number;
  readonly faults: readonly string[];
  readonly differences: readonly Difference[];
  /** Where a run that went wrong can be looked at; null for one that did not. */
  readonly folder: string | null;
}

export interface SoakResult {
  /** Of the uninterrupted run. */
  readonly rows: number;
  readonly phaseMs: Readonly<Record<Phase, number>>;
  readonly runs: readonly SoakRun[];
}

const KILLS_PER_RUN = [6, 14] as const;

/** Strikes migrations until `kills` is reached, each run to its end, and compares every one with an uninterrupted run. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  await mkdir(options.folder, { recursive: true });
  const build = await buildSnapshot();
  try {
    const world = await startWorld(options);
    try {
      return await inWorld(world, build, options);
    } finally {
      await world.stop();
    }
  } finally {
    await build.remove();
  }
}

async function inWorld(world: World, build: SnapshotBuild, options: SoakOptions): Promise<SoakResult> {
  const { traces, phaseMs } = await uninterrupted(world, build, options);
  const random = randomFrom(options.seed);
  const runs: SoakRun[] = [];
  let kills = 0;
  while (kills < options.kills) {
    const order = drawOrder(random.fork(), runs.length + 1, {
      ...options,
      kills: options.kills - kills,
      kinds: options.kinds?.slice(kills) ?? [],
    });
    const context = {
      world,
      build,
      phaseMs,
      silenceMs: options.silenceMs,
      nextNumber: () => ++kills,
      onKill: options.onKill ?? ignore,
    };
    const run = await oneRun(context, order, { traces, options });
    runs.push(run);
    options.onRun?.(run);
    if (run.folder !== null && options.atDifference === 'stop') break;
  }
  return { rows: world.rows, phaseMs, runs };
}

function drawOrder(random: Random, number: number, { batchSizes, kills, kinds = [] }: SoakOptions): RunOrder {
  // As many small sizes as large ones, by their order of magnitude.
  const [least, most] = batchSizes;
  const batchSize = Math.round(least * (most / least) ** random.next());
  const mostKills = Math.min(kills, random.whole(...KILLS_PER_RUN));
  return { number, random, batchSize, mostKills, kinds };
}

const ignore = (): void => undefined;

/** One lane, nobody interferes; says how long each phase lasts. What it leaves is held against the generator's own knowledge. */
async function uninterrupted(
  world: World,
  build: SnapshotBuild,
  { folder, scale, silenceMs }: SoakOptions,
): Promise<{ readonly traces: Traces; readonly phaseMs: Record<Phase, number> }> {
  const targetUrl = await world.createTarget('soak_uninterrupted');
  const logs = path.join(folder, 'uninterrupted');
  await mkdir(logs, { recursive: true });
  const argv = [build.cli, 'migrate', '--validate', '--yes', '--json', '--max-rejects', '100%', '--log-dir', logs];
  const running = new MigrationProcess({
    argv: [...argv, '--config', build.config],
    environment: world.environment(targetUrl),
    entities: TARGET_TABLES.length,
    silenceMs,
    onHang: () => Promise.resolve(),
    transcript: path.join(logs, 'start-01.ndjson'),
  });
  const begunMs = new Map<Phase, number>([['start', 0]]);
  running.onEvent(() => {
    const { phase } = running.progress;
    if (!begunMs.has(phase)) begunMs.set(phase, running.elapsedMs);
  });
  const end = await running.ended;
  if (end.code !== '0') throw new Error(`the uninterrupted run ended with ${end.code} ${end.error ?? ''}: see ${logs}`);
  await provenByGenerator(targetUrl, scale);
  return { traces: await readTraces(targetUrl), phaseMs: durations(begunMs, end.ms) };
}

async function provenByGenerator(url: string, scale: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const differences = await compareDemo(client, { scale });
    if (differences.length > 0) {
      throw new Error(`the uninterrupted run itself is wrong: ${JSON.stringify(differences.slice(0, 5))}`);
    }
  } finally {
    await client.end();
  }
}

function durations(begunMs: ReadonlyMap<Phase, number>, endMs: number): Record<Phase, number> {
  const result = {} as Record<Phase, number>;
  for (const [index, phase] of PHASES.entries()) {
    const next = PHASES.slice(index + 1).find((later) => begunMs.has(later));
    const begun = begunMs.get(phase);
    const until = next === undefined ? endMs : (begunMs.get(next) ?? endMs);
    result[phase] = begun === undefined ? 0 : Math.round(until - begun);
  }
  return result;
}

interface Measure {
  readonly traces: Traces;
  readonly options: SoakOptions;
}

async function oneRun(
  context: Omit<RunContext, 'targetUrl' | 'folder' | 'entities'>,
  order: RunOrder,
  { traces, options }: Measure,
): Promise<SoakRun> {
  const name = `soak_run_${order.number}`;
  const folder = path.join(options.folder, `run-${String(order.number).padStart(3, '0')}`);
  const targetUrl = await context.world.createTarget(name);
  const run = new InterruptedRun({ ...context, targetUrl, folder, entities: TARGET_TABLES.length }, order);
  const result = await run.toTheEnd();
  const actual = await readTraces(targetUrl).catch((error: unknown) => ({ rows: [`unreadable: ${String(error)}`] }));
  const differences = differencesBetween(traces, actual);
  const { number, batchSize } = order;
  const isRight = differences.length === 0 && result.faults.length === 0;
  if (isRight) {
    await context.world.dropTarget(name);
    await rm(folder, { recursive: true, force: true });
  } else {
    await writeFile(
      path.join(folder, 'differences.json'),
      JSON.stringify({ differences, faults: result.faults }, null, 1),
    );
    await writeFile(path.join(folder, 'traces.json'), JSON.stringify({ uninterrupted: traces, here: actual }, null, 1));
  }
  return { number, batchSize, ...result, differences, folder: isRight ? null : folder };
}
