import type { Report } from '../report/report';

/** What a command hands back to be printed; `facts` is the last line of `--json`. */
export type CommandOutcome = Report;
