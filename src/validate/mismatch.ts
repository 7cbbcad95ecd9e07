import type { Issue } from '../core/issues';

/** What is counted is not what the ledger says. */
export function mismatch(code: string, subject: string, message: string): Issue {
  const hint =
    'Something wrote to the target beside the run, or the load is not finished. "cutover status" says whether it is; "cutover validate --level keys" names rows that are missing or too many.';
  return { code, level: 'error', subject, message, hint };
}
