/** The entry of a lane's thread: a lane as in the main thread, whose queue and events are over there. */
import 'reflect-metadata';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { tellBy } from '../tell';
import { loadConfig } from '../../config/load-config';
import { secretsOf } from '../../config/redact';
import { MigrationError } from '../../core/errors';
import type { Emit } from '../../core/run/events';
import type { LegacySource } from '../../core/ports/legacy-source';
import type { Target } from '../../core/ports/target';
import { retrying, retryText, type Retry } from '../../core/retrying';
import { openSpillFile } from '../../files/spill-file';
import type { EntityJob, LoadJob } from '../../migrate/jobs/entity-job';
import { openLane, type Lane } from '../../migrate/load/lane';
import type { ChunkQueue, NumberedChunk } from '../../migrate/load/prepare-chunks';
import { openOracleSource } from '../../oracle/source/oracle-source';
import { openLaneTarget } from '../../postgres/open-target';
import { entityJobs } from '../project/entity-jobs';
import { systemClock } from '../project/system-clock';
import type { Answer, FromLane, LaneOrder, PostedJob, Question, ToLane } from './messages';
import { arrivedError, postedError } from './posted-error';

/** One session reads a chunk, the other asks the dictionary or looks values up meanwhile. */
const SESSIONS = { poolMin: 1, poolMax: 2 };

type Post = (message: FromLane) => void;

/** Questions to the main thread that are not answered yet. */
function askingOver(post: Post): {
  readonly ask: (question: Question) => Promise<NumberedChunk | boolean | null>;
  readonly answered: (id: number, answer: Answer) => void;
} {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  return {
    ask: async (question) => {
      const id = (last += 1);
      const answer = await new Promise<Answer>((resolve) => {
        waiting.set(id, resolve);
        post({ kind: 'ask', id, question });
      });
      if (answer.kind === 'failure') throw arrivedError(answer.error);
      return answer.value;
    },
    answered: (id, answer) => {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    },
  };
}

type Ask = ReturnType<typeof askingOver>['ask'];

interface OpenedLane {
  readonly source: LegacySource;
  readonly lane: Lane;
  readonly jobs: readonly EntityJob[];
  readonly close: () => Promise<void>;
}

/** Loads the project and opens both databases, as the main thread has done for itself; one that is away is waited for. */
async function open(order: LaneOrder, ask: Ask, context: { emit: Emit; signal: AbortSignal }): Promise<OpenedLane> {
  const jobs = jobsOf(order);
  const { runId, scn, reconnectMs, number } = order;
  const clock = systemClock();
  const onRetry = (retry: Retry): void => {
    context.emit('notice', { message: `opening lane ${number}: ${retryText(retry)}` });
  };
  const retryOptions = { clock, onRetry, limitMs: reconnectMs, signal: context.signal };
  const { source, target } = await retrying(() => openBoth(order, ask, context.emit), retryOptions);
  const kept = { runId, scn, reconnectMs, clock, openSpill: openSpillFile };
  const lane = openLane({ source, target, ...kept, ...context }, number);
  return { source, lane, jobs, close: () => closeBoth(source, target) };
}

async function openBoth(
  order: LaneOrder,
  ask: Ask,
  emit: Emit,
): Promise<{ readonly source: LegacySource; readonly target: Target }> {
  const tell = tellBy(emit);
  const access = { place: order.place, assureClaim: () => ask('assure-claim').then(() => undefined) };
  const target = await openLaneTarget(order.target, access, tell);
  try {
    return { target, source: await openOracleSource({ ...order.source, ...SESSIONS }, { tell }) };
  } catch (error) {
    await target.close();
    throw error;
  }
}

async function closeBoth(source: LegacySource, target: Target): Promise<void> {
  await source.close().catch(() => undefined);
  await target.close().catch(() => undefined);
}

function jobsOf({ configPath, source, target, selection }: LaneOrder): EntityJob[] {
  const secrets = secretsOf({
    ORACLE_PASSWORD: source.password,
    ORACLE_WALLET_PASSWORD: source.walletPassword,
    DATABASE_URL: target.url,
  });
  const config = loadConfig(configPath, secrets);
  return entityJobs({ ...config, entities: config.entityClasses }, selection);
}

function jobFor(posted: PostedJob, jobs: readonly EntityJob[]): LoadJob {
  const job = jobs.find(({ entity }) => entity === posted.entity);
  if (job?.fingerprint !== posted.fingerprint) throw mappingDiffers(posted.entity);
  return { ...job, read: posted.read, load: posted.load };
}

function queueOver(ask: Ask, post: Post): ChunkQueue {
  return {
    take: async () => ((await ask('take')) as NumberedChunk | null) ?? undefined,
    halted: async () => (await ask('halted')) === true,
    loaded: (chunk, rejected) => {
      post({ kind: 'loaded', chunk, rejected });
    },
    failed: (error) => {
      post({ kind: 'failed', error: postedError(error) });
    },
  };
}

function serve(port: MessagePort, order: LaneOrder): void {
  const post: Post = (message) => {
    port.postMessage(message);
  };
  const emit: Emit = (name, facts) => {
    post({ kind: 'event', name, facts });
  };
  const { ask, answered } = askingOver(post);
  const abort = new AbortController();
  if (order.aborted) abort.abort();
  let opening: Promise<OpenedLane> | null = null;
  const load = async (posted: PostedJob): Promise<void> => {
    opening ??= open(order, ask, { emit, signal: abort.signal });
    // What could not be opened is tried again with the next entity.
    opening.catch(() => (opening = null));
    const { source, lane, jobs } = await opening;
    const { read, lobs } = posted;
    if (lobs !== null) await source.knowLobFacts({ plan: read, scn: order.scn }, lobs).catch(() => undefined);
    await lane.load(jobFor(posted, jobs), queueOver(ask, post));
  };
  const close = async (): Promise<void> => {
    const opened = await opening?.catch(() => null);
    await opened?.close();
    port.close();
  };
  port.on('message', (message: ToLane) => {
    if (message.kind === 'abort') abort.abort();
    else if (message.kind === 'answer') answered(message.id, message.answer);
    else if (message.kind === 'close') void close();
    else
      load(message.job).then(
        () => {
          post({ kind: 'done', error: null });
        },
        (error: unknown) => {
          post({ kind: 'done', error: postedError(error) });
        },
      );
  });
}

function mappingDiffers(entity: string): MigrationError {
  return new MigrationError('MAPPING_INVALID', `the mapping of ${entity} is another one each time it is loaded`, {
    hint: 'Write it so that it depends neither on the time nor on what has run before, or load with --lanes 1.',
    facts: { entity },
  });
}

if (parentPort !== null) serve(parentPort, workerData as LaneOrder);
