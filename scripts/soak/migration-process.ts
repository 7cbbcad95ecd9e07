import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Progress, type Event } from './progress';

export interface ProcessOrder {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Entities of the run. */
  readonly entities: number;
  /** Nothing heard for so long, with both servers up, is a hang: the process is killed when `onHang` has looked at it. */
  readonly silenceMs: number;
  readonly onHang: () => Promise<void>;
  /** Everything that it prints goes here too. */
  readonly transcript: string;
}

/** How a process ended: the signal's name or the exit code, and the error that it told, if any. */
export interface End {
  readonly code: string;
  readonly error: string | null;
  readonly ms: number;
}

/** Told of an event after it was counted. */
type Listener = (event: Event) => void;

/** `cutover` in a process of its own, watched through its events. */
export class MigrationProcess {
  readonly progress: Progress;
  readonly ended: Promise<End>;
  #end: End | null = null;
  #hung = false;
  readonly #child: ChildProcess;
  readonly #startedMs = performance.now();
  readonly #listeners = new Set<Listener>();
  readonly #silence: NodeJS.Timeout;

  constructor({ argv, environment, entities, silenceMs, onHang, transcript }: ProcessOrder) {
    this.progress = new Progress(entities);
    this.#child = spawn(process.execPath, [...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...environment },
    });
    this.#silence = setTimeout(() => {
      this.#hung = true;
      void onHang().finally(() => this.#child.kill('SIGKILL'));
    }, silenceMs);
    this.ended = this.#watch(createWriteStream(transcript, { flags: 'a' }));
  }

  get isAlive(): boolean {
    return this.#end === null;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedMs;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Returns what takes the listener away again. */
  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #watch(transcript: WriteStream): Promise<End> {
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new TypeError('the process has no output');
    for (const stream of [stdout, stderr]) stream.pipe(transcript, { end: false });
    const lines = createInterface({ input: stdout });
    lines.on('line', (line) => {
      this.#heard(line);
    });
    return new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        clearTimeout(this.#silence);
        transcript.end();
        const name = this.#hung ? 'hang' : (signal ?? String(code));
        this.#end = { code: name, error: this.progress.errorCode, ms: this.elapsedMs };
        resolve(this.#end);
      });
    });
  }

  #heard(line: string): void {
    this.#silence.refresh();
    const event = eventIn(line);
    if (event === null) return;
    this.progress.take(event);
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** Null for what is no event, and for a line that a kill has cut off. */
function eventIn(line: string): Event | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as Event;
  } catch {
    return null;
  }
}
