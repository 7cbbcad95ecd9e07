import { DEFAULT_LOAD, type LoadOptions } from '../../core/run/options';
import type { Project, WaitLimits } from './databases';

/** How long databases are waited for; complete. */
export type Waits = Pick<LoadOptions, 'stallTimeoutMs' | 'lockTimeoutMs'>;

export function waitsOf({ stallTimeoutMs, lockTimeoutMs }: Waits): Waits {
  return { stallTimeoutMs, lockTimeoutMs };
}

/** Those that the project names: a run that is resumed keeps its own for the others. */
export function waitsGiven({ target: { stallTimeoutMs, lockTimeoutMs } }: Pick<Project, 'target'>): WaitLimits {
  return {
    ...(stallTimeoutMs === undefined ? {} : { stallTimeoutMs }),
    ...(lockTimeoutMs === undefined ? {} : { lockTimeoutMs }),
  };
}

/** Whether sessions opened for the project wait that long. */
export function isWaitingAs(project: Pick<Project, 'target'>, waits: Waits): boolean {
  const { stallTimeoutMs, lockTimeoutMs } = { ...DEFAULT_LOAD, ...waitsGiven(project) };
  return stallTimeoutMs === waits.stallTimeoutMs && lockTimeoutMs === waits.lockTimeoutMs;
}

/** The same databases, whose sessions wait that long. */
export function waitingAs<Reached extends Pick<Project, 'source' | 'target'>>(
  project: Reached,
  { stallTimeoutMs, ...onTarget }: WaitLimits,
): Reached {
  const stalling = stallTimeoutMs === undefined ? {} : { stallTimeoutMs };
  const [source, target] = [
    { ...project.source, ...stalling },
    { ...project.target, ...stalling, ...onTarget },
  ];
  return { ...project, source, target };
}
