import { leaveTarget, type LeavingPorts } from '../target/leave-target';

/** Takes work that a second Ctrl-C waits for before the process ends; answers with what takes it off again. */
export type BeforeKilled = (work: () => Promise<void>) => () => void;

/** Where nobody ends the process but the run. */
export const NEVER_KILLED: BeforeKilled = () => () => undefined;

/** How a run leaves the target in order, once only, whoever asks for it: its own end, or somebody who ends the process. */
export interface WayOut {
  /** Work that changes what is set aside, or brings it back: whoever ends the process waits for it. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** The run ends and is not complete. */
  leave(): Promise<void>;
  /** The process is about to end, whatever the lanes are at. */
  killed(): Promise<void>;
}

/** `ports`: the target as it is, which nobody waits for. */
export function wayOut(ports: LeavingPorts, runId: string): WayOut {
  let inHand: Promise<unknown> = Promise.resolve();
  let leaving: Promise<void> | null = null;
  return {
    during: async (work) => {
      const working = work();
      inHand = working;
      return working;
    },
    leave: () => (leaving ??= leaveTarget(ports, runId)),
    killed: async () => {
      await inHand.catch(() => undefined);
      await (leaving ??= leaveTarget(ports, runId, 'cut'));
    },
  };
}
