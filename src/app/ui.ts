import type { Emit } from '../core/run/events';
import type { BeforeKilled } from '../migrate/run/way-out';

/** Asks for a secret without echo; null where there is no terminal to ask on. */
type AskSecret = (question: string) => Promise<string | null>;

/** What a use case speaks to the operator through. */
export interface Ui {
  /** Shows one event of the run, and logs it where the command keeps a log. */
  readonly emit: Emit;
  /** Aborted by the first Ctrl-C: stop after the work in hand and say how to go on. */
  readonly signal: AbortSignal;
  /** Takes work that a second Ctrl-C waits for; answers with what takes it off again. Nothing waits where absent. */
  readonly beforeKilled?: BeforeKilled;
  /** A run is opened or read: from here on what the command does is worth a log. Nothing to keep where absent. */
  readonly keepLog?: () => void;
  /** The same value, the commands in its texts as they are typed here; as they are written where absent. */
  readonly asTyped?: <T>(value: T) => T;
  readonly askSecret: AskSecret;
  /** Resolves when the operator agrees (or gave `--yes`). Throws CONFIRMATION_NEEDED when not, or when nobody can be asked. */
  readonly confirm: (question: string) => Promise<void>;
}
