import { randomBytes } from 'node:crypto';

/** A name for a run that sorts by its start (UTC) and is unique: `20261120-221500-3fa9`. */
export function newRunId(now: Date): string {
  const digits = now.toISOString().replace(/[-:]|\..*/g, '');
  return `${digits.replace('T', '-')}-${randomBytes(2).toString('hex')}`;
}
