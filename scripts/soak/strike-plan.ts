import type { Phase } from './progress';
import type { Random } from './random';

/** What is done to a running migration. */
export type StrikeKind =
  | 'SIGKILL'
  | 'SIGTERM'
  | 'SIGTERM twice'
  | 'source cut'
  | 'target cut'
  | 'both cut'
  | 'restart fast'
  | 'restart immediate';

export const STRIKE_KINDS: readonly StrikeKind[] = [
  'SIGKILL',
  'SIGTERM',
  'SIGTERM twice',
  'source cut',
  'target cut',
  'both cut',
  'restart fast',
  'restart immediate',
];

/** When it is done. */
export type Aim =
  | { readonly at: 'time'; readonly ms: number }
  | { readonly at: 'phase'; readonly phase: Phase; readonly delayMs: number }
  /** The n-th time (from 1) that this start tells the step. */
  | { readonly at: 'step'; readonly step: string; readonly nth: number };

export interface Strike {
  readonly kind: StrikeKind;
  readonly aim: Aim;
  /** A restarted server is away for so long; a server that was cut off learns of it the later the longer this is. */
  readonly downMs: number;
}

/** What an uninterrupted run has shown, and what is left to do. */
export interface Expectation {
  readonly phaseMs: Readonly<Record<Phase, number>>;
  readonly chunksLeft: number;
  /** Of the whole load, from 0 to 1. */
  readonly loadLeft: number;
}

const KINDS: Readonly<Record<StrikeKind, number>> = {
  SIGKILL: 40,
  SIGTERM: 8,
  'SIGTERM twice': 4,
  'source cut': 12,
  'target cut': 12,
  'both cut': 4,
  'restart fast': 10,
  'restart immediate': 10,
};
const STEPS = { reading: 2, read: 2, 'before-fence': 1, fenced: 2, 'mid-copy': 2, copied: 2, committed: 2 };
/** The short ones would hardly ever be met by a random time. */
const AIMED_PHASES = { start: 2, plan: 2, 'set aside': 4, load: 2, restore: 6, finish: 2, validate: 2 };
export const LONGEST_DOWN_MS = 1_500;
/** Of what is left of the load, at most this share passes before a strike: a run takes many of them. */
const REACH = 0.5;

export function drawStrike(random: Random, expected: Expectation): Strike {
  return {
    kind: random.weighted(KINDS),
    aim: drawAim(random, expected),
    downMs: random.whole(0, LONGEST_DOWN_MS),
  };
}

function drawAim(random: Random, { phaseMs, chunksLeft, loadLeft }: Expectation): Aim {
  const way =
    chunksLeft === 0 ? random.weighted({ time: 1, phase: 2 }) : random.weighted({ time: 4, step: 3, phase: 3 });
  const reach = random.next() * REACH;
  switch (way) {
    case 'time': {
      const aroundMs = phaseMs.start + phaseMs.plan + (chunksLeft === 0 ? phaseMs.restore + phaseMs.validate : 0);
      return { at: 'time', ms: Math.round(random.next() * aroundMs + reach * loadLeft * phaseMs.load) };
    }
    case 'step':
      return { at: 'step', step: random.weighted(STEPS), nth: 1 + Math.floor(reach * chunksLeft) };
    case 'phase': {
      const phase = random.weighted(AIMED_PHASES);
      const lasts = phase === 'load' ? reach * loadLeft * phaseMs.load : phaseMs[phase];
      return { at: 'phase', phase, delayMs: Math.round(random.next() * lasts) };
    }
  }
}

export function aimText(aim: Aim): string {
  switch (aim.at) {
    case 'time':
      return `${aim.ms} ms after the start`;
    case 'step':
      return `${aim.step} no. ${aim.nth}`;
    case 'phase':
      return `${aim.phase} + ${aim.delayMs} ms`;
  }
}
