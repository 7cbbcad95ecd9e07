import type { Report } from '../report/words/report';

/** What a command hands back to be printed; `facts` is the last line of `--json`. */
export interface CommandOutcome extends Report {
  /** What the command still does once this is printed, until its own end or Ctrl-C. */
  readonly afterwards?: () => Promise<void>;
}
