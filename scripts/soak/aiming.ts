import type { MigrationProcess } from './migration-process';
import { PHASES, type Phase } from './progress';
import type { Aim } from './strike-plan';

/**
 * Resolves with true when the moment has come, with false when the process ended before. Times count from now on. A moment that this
 * start will not see, because less was left to do than expected, is taken to have come at the phase after.
 */
export function whenAimed(running: MigrationProcess, aim: Aim): Promise<boolean> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const releases: (() => void)[] = [];
    const settle = (come: boolean): void => {
      clearTimeout(timer);
      for (const release of releases) release();
      resolve(come && running.isAlive);
    };
    const arm = (ms: number): void => {
      timer ??= setTimeout(settle, ms, true);
    };
    const come = (): void => {
      settle(true);
    };
    void running.ended.then(() => {
      settle(false);
    });
    if (aim.at === 'time') arm(aim.ms);
    if (aim.at === 'step') releases.push(onStep(running, aim, come));
    if (aim.at === 'phase')
      releases.push(
        fromPhase(running, aim.phase, () => {
          arm(aim.delayMs);
        }),
      );
    if (aim.at === 'phase' && aim.phase === 'validate') return;
    releases.push(fromPhase(running, aim.at === 'step' ? 'restore' : 'validate', come));
  });
}

/** Calls `then` at every event from the phase on. */
function fromPhase(running: MigrationProcess, phase: Phase, then: () => void): () => void {
  return running.onEvent(() => {
    if (PHASES.indexOf(running.progress.phase) >= PHASES.indexOf(phase)) then();
  });
}

function onStep(running: MigrationProcess, { step, nth }: Extract<Aim, { at: 'step' }>, then: () => void): () => void {
  let left = nth;
  return running.onEvent(({ event, facts }) => {
    if (event !== 'chunk:step' || facts.step !== step) return;
    left -= 1;
    if (left === 0) then();
  });
}
