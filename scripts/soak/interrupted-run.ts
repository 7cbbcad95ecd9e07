import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { whenAimed } from './aiming';
import { MigrationProcess, type End } from './migration-process';
import { PHASES, type Phase } from './progress';
import type { Random } from './random';
import type { SnapshotBuild } from '../snapshot-build';
import { drawStrike, LONGEST_DOWN_MS, type Expectation, type Strike, type StrikeKind } from './strike-plan';
import { readProgress, readSessions, type RunProgress } from './traces';
import type { World } from './world';

/** One thing done to a migration, where it met it, and what came of it. */
export interface Kill {
  readonly number: number;
  readonly run: number;
  readonly start: number;
  readonly strike: Strike;
  /** Of this start: a run is resumed with another number than it was started with. */
  readonly lanes: number;
  readonly elapsedMs: number;
  readonly phase: Phase;
  /** Chunk and step that were told last. */
  readonly at: string;
  /** Chunks read to their end and not committed, at the end of the process; read again by the next one. Null where it went on. */
  wholeInHand: number | null;
  /** Chunks whose read had begun and had not ended. Null where it went on. */
  partlyRead: number | null;
  /** How the process ended; `went on` where it lived to be struck again, or to the end. */
  end: string;
}

export interface RunOrder {
  readonly number: number;
  readonly random: Random;
  readonly batchSize: number;
  /** Strikes that this run takes at most. */
  readonly mostKills: number;
  /** Kinds of this run's first kills; drawn where there are none. */
  readonly kinds: readonly StrikeKind[];
}

export interface RunContext {
  readonly world: World;
  readonly build: SnapshotBuild;
  readonly targetUrl: string;
  /** For the transcripts and what the command line leaves. */
  readonly folder: string;
  readonly entities: number;
  readonly phaseMs: Readonly<Record<Phase, number>>;
  readonly silenceMs: number;
  /** Number of the next kill of the whole soak. */
  readonly nextNumber: () => number;
  readonly onKill: (kill: Kill) => void;
}

/** What a run came to: its kills, and what went wrong by itself (an end that no strike explains, a hang). */
export interface RunResult {
  readonly kills: readonly Kill[];
  readonly starts: number;
  /** Starts that were turned away because sessions of the one before were still there. */
  readonly refused: number;
  readonly faults: readonly string[];
}

/** After so many kills in a row without a chunk committed, the next start is left alone until it has committed some. */
const FRUITLESS = 5;
const LET_THROUGH_CHUNKS = 3;
const MOST_LANES = 4;
const MOST_STARTS = 80;
const MOST_REFUSALS = 20;
const RUN_ACTIVE = '75';
const UNREACHABLE = '69';
const INTERRUPTED = '130';
/** What went on after a strike is struck again this much later at the earliest. */
const BETWEEN_STRIKES_MS = 200;

/** Ends that a strike of the kind explains; 0 is the run that survived it, or was done before. */
const EXPLAINED: Readonly<Record<StrikeKind, readonly string[]>> = {
  SIGKILL: ['SIGKILL'],
  SIGTERM: [INTERRUPTED, 'SIGTERM'],
  'SIGTERM twice': [INTERRUPTED, 'SIGTERM'],
  'source cut': [UNREACHABLE],
  'target cut': [UNREACHABLE],
  'both cut': [UNREACHABLE],
  'restart fast': [UNREACHABLE],
  'restart immediate': [UNREACHABLE],
};

/** A migration that is struck again and again and started again each time, until its ledger says that it is complete. */
export class InterruptedRun {
  readonly #kills: Kill[] = [];
  readonly #faults: string[] = [];
  #starts = 0;
  #lanes = 1;
  #refused = 0;
  #fruitless = 0;
  #chunksBefore = 0;
  /** The last start has ended well, its validation included. */
  #proven = false;

  constructor(
    readonly context: RunContext,
    readonly order: RunOrder,
  ) {}

  async toTheEnd(): Promise<RunResult> {
    await mkdir(this.context.folder, { recursive: true });
    for (;;) {
      const found = await readProgress(this.context.targetUrl);
      this.#noteProgress(found);
      if (found?.state === 'complete') break;
      if (this.#starts >= MOST_STARTS || this.#refused >= MOST_REFUSALS) {
        this.#faults.push(`not complete after ${this.#starts} starts, ${this.#refused} of them refused`);
        break;
      }
      if (!(await this.#start(this.#argvAfter(found), found))) break;
    }
    // A run that was killed while it was validated is complete: its proof is asked for by itself.
    if (this.#faults.length === 0 && !this.#proven) await this.#validate();
    const { starts, refused } = { starts: this.#starts, refused: this.#refused };
    return { kills: this.#kills, starts, refused, faults: this.#faults };
  }

  #noteProgress(found: RunProgress | null): void {
    const chunksLoaded = found?.chunksLoaded.size ?? 0;
    const chunksPlanned = found?.chunksPlanned ?? 0;
    // With nothing left to load the end is near, and progress no longer shows in chunks.
    const goesOn = chunksLoaded > this.#chunksBefore || (chunksLoaded > 0 && chunksLoaded === chunksPlanned);
    this.#fruitless = goesOn ? 0 : this.#fruitless + 1;
    this.#chunksBefore = chunksLoaded;
  }

  /** A run without a chunk may also be left behind for a new one, as the operator likes. */
  #argvAfter(found: RunProgress | null): string[] {
    const { build, folder } = this.context;
    const { batchSize, random } = this.order;
    this.#lanes = random.whole(1, MOST_LANES);
    const resume = found !== null && (found.chunksLoaded.size > 0 || random.next() < 0.5);
    const options = [
      '--lanes',
      String(this.#lanes),
      '--batch-size',
      String(batchSize),
      '--max-rejects',
      '100%',
      '--validate',
    ];
    const common = ['--config', build.config, '--yes', '--json', '--log-dir', folder];
    return [build.cli, 'migrate', ...options, ...common, ...(resume ? ['--resume'] : [])];
  }

  /** False when the run cannot go on. */
  async #start(argv: readonly string[], found: RunProgress | null): Promise<boolean> {
    const running = this.#spawn(argv);
    const struck = await this.#strikeAll(running, found);
    const end = await running.ended;
    const last = struck.at(-1);
    if (last !== undefined) {
      // The last events of a lane may be lost with the process: what was committed stands in the ledger.
      const committed = (await readProgress(this.context.targetUrl))?.chunksLoaded ?? new Set();
      last.wholeInHand = running.progress.wholeInHand.filter((chunk) => !committed.has(chunk)).length;
      last.partlyRead = running.progress.partlyRead.length;
      last.end = endText(end);
    }
    struck.forEach(this.context.onKill);
    return this.#judge(end, struck, argv);
  }

  #judge(end: End, struck: readonly Kill[], argv: readonly string[]): boolean {
    this.#proven = end.code === '0';
    const explained = struck.some(({ strike }) => EXPLAINED[strike.kind].includes(end.code));
    if (end.code === '0' || explained) return true;
    if (end.code === RUN_ACTIVE && end.error === 'RUN_ACTIVE') {
      this.#refused += 1;
      return true;
    }
    const after = struck.length === 0 ? 'by itself' : `after ${struck.map(({ strike }) => strike.kind).join(', ')}`;
    this.#faults.push(`start ${this.#starts} (${argv.slice(1).join(' ')}) ended with ${endText(end)} ${after}`);
    return false;
  }

  async #strikeAll(running: MigrationProcess, found: RunProgress | null): Promise<Kill[]> {
    const struck: Kill[] = [];
    if (this.#fruitless >= FRUITLESS) await this.#letThrough(running);
    while (running.isAlive && this.#kills.length < this.order.mostKills) {
      const strike = this.#draw(running, found);
      if (!(await whenAimed(running, strike.aim))) break;
      const kill = this.#note(running, strike);
      struck.push(kill);
      await this.#carryOut(running, strike);
      await Promise.race([running.ended, delay(BETWEEN_STRIKES_MS)]);
    }
    return struck;
  }

  #draw(running: MigrationProcess, found: RunProgress | null): Strike {
    const { world, phaseMs } = this.context;
    const planned = found?.chunksPlanned ?? 0;
    const all = planned > 0 ? planned : Math.ceil(world.rows / this.order.batchSize);
    const { chunksLeft: told, phase } = running.progress;
    const isKnown = told > 0 || PHASES.indexOf(phase) > PHASES.indexOf('plan');
    const chunksLeft = isKnown ? told : all - (found?.chunksLoaded.size ?? 0);
    const expected: Expectation = { phaseMs, chunksLeft, loadLeft: Math.min(1, chunksLeft / all) };
    const strike = drawStrike(this.order.random, expected);
    const wanted = this.order.kinds[this.#kills.length];
    return wanted === undefined ? strike : { ...strike, kind: wanted };
  }

  #note(running: MigrationProcess, strike: Strike): Kill {
    const { phase, at } = running.progress;
    const kill: Kill = {
      number: this.context.nextNumber(),
      run: this.order.number,
      start: this.#starts,
      strike,
      lanes: this.#lanes,
      elapsedMs: Math.round(running.elapsedMs),
      phase,
      at,
      wholeInHand: null,
      partlyRead: null,
      end: 'went on',
    };
    this.#kills.push(kill);
    return kill;
  }

  async #carryOut(running: MigrationProcess, { kind, downMs }: Strike): Promise<void> {
    const { world } = this.context;
    // Half of the cuts are known to both ends at once, half leave a session on the server that waits for its client.
    const lingerMs = Math.max(0, downMs - LONGEST_DOWN_MS / 2);
    switch (kind) {
      case 'SIGKILL':
      case 'SIGTERM':
        running.signal(kind);
        await running.ended;
        return;
      case 'SIGTERM twice':
        running.signal('SIGTERM');
        await Promise.race([running.ended, delay(downMs / 10)]);
        running.signal('SIGTERM');
        await running.ended;
        return;
      case 'source cut':
        world.cut('source', lingerMs);
        return;
      case 'target cut':
        world.cut('target', lingerMs);
        return;
      case 'both cut':
        world.cut('source', lingerMs);
        world.cut('target', lingerMs);
        return;
      case 'restart fast':
        return world.restartTarget('SIGINT', downMs);
      case 'restart immediate':
        return world.restartTarget('SIGKILL', downMs);
    }
  }

  async #letThrough(running: MigrationProcess): Promise<void> {
    await new Promise<void>((resolve) => {
      const release = running.onEvent(() => {
        const { committed, phase } = running.progress;
        if (committed < LET_THROUGH_CHUNKS && phase !== 'restore') return;
        release();
        resolve();
      });
      void running.ended.then(() => {
        resolve();
      });
    });
  }

  async #validate(): Promise<void> {
    const { build } = this.context;
    const argv = [build.cli, 'validate', '--config', build.config, '--json'];
    const end = await this.#spawn(argv).ended;
    if (end.code !== '0') this.#faults.push(`validate ended with ${endText(end)}`);
  }

  #spawn(argv: readonly string[]): MigrationProcess {
    const { world, targetUrl, folder, entities, silenceMs } = this.context;
    this.#starts += 1;
    const transcript = path.join(folder, `start-${String(this.#starts).padStart(2, '0')}.ndjson`);
    const onHang = async (): Promise<void> => {
      const sessions = await readSessions(targetUrl).catch(String);
      await appendFile(transcript, `the target's sessions when nothing was heard any more:\n${sessions}\n`);
    };
    const environment = world.environment(targetUrl);
    return new MigrationProcess({ argv, environment, entities, silenceMs, onHang, transcript });
  }
}

function endText({ code, error }: End): string {
  const words = /^\d+$/.test(code) ? `exit ${code}` : code;
  return error === null ? words : `${words} ${error}`;
}
