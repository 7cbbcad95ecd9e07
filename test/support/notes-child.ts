/** A load, a comparison or a repair of notes in a process of its own, whose memory is measured: its order comes as JSON on standard input. */
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { DEFAULT_MIGRATION, runMigration } from '../../src/app/run-migration';
import { runRepair } from '../../src/app/run-repair';
import { runValidation } from '../../src/app/run-validation';
import type { Project } from '../../src/app/project/databases';
import type { Emit } from '../../src/core/run/events';
import { writeDifferences } from '../../src/files/differences';
import { readDifferences } from '../../src/files/read-differences';
import { Note, notesIn } from './notes';

export interface Order {
  readonly step: 'load' | 'validate' | 'repair';
  readonly table: string;
  readonly source: Project['source'];
  readonly target: Project['target'];
  /** Resumes the latest run. */
  readonly resume?: true;
  /** Kills the process (SIGKILL) in the middle of the first COPY. */
  readonly kill?: true;
  /** Where the differences are written and read. */
  readonly differences: string;
}

export interface Measured {
  readonly what: string;
  readonly seconds: number;
  readonly peakMiB: number;
}

const UI = { emit: () => undefined, signal: new AbortController().signal, confirm: () => Promise.resolve() };

function killing(): Emit {
  return (name, facts) => {
    if (name === 'chunk:step' && 'step' in facts && facts.step === 'mid-copy') process.kill(process.pid, 'SIGKILL');
  };
}

async function carryOut({ step, table, source, target, differences, resume, kill }: Order): Promise<string> {
  const project: Project = { mappings: [notesIn(table)], entities: [Note], source, target };
  if (step === 'load') {
    const rejectLimit = { kind: 'percent', percent: 100 } as const;
    const begin = { rejectLimit, lanes: 1, validate: 'no', resume: resume === true ? {} : 'no' } as const;
    const ui = kill === true ? { ...UI, emit: killing() } : UI;
    const { outcome } = await runMigration(project, { ...DEFAULT_MIGRATION, ...begin }, ui);
    const [note] = outcome?.entities ?? [];
    return `${outcome?.state} ${note?.tally.inserted} rows, ${note?.tally.rejected} rejected`;
  }
  if (step === 'repair') {
    const { repair } = await runRepair(project, await readDifferences(differences), UI);
    return JSON.stringify(repair.entities);
  }
  const { run, findings } = await runValidation(project, { entities: [], runId: null, level: 'rows' });
  await writeDifferences(differences, { run, level: 'rows', findings });
  return JSON.stringify(findings.map(({ comparison }) => comparison.counts));
}

async function main(): Promise<void> {
  const order = JSON.parse(readFileSync(0, 'utf8')) as Order;
  const before = performance.now();
  const what = await carryOut(order);
  const measured: Measured = {
    what,
    seconds: (performance.now() - before) / 1000,
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  process.stdout.write(`${JSON.stringify(measured)}\n`);
}

void main();
