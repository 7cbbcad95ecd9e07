/**
 * Migrates the type zoo and compares it, in a process whose time zone is set first: jest's own is fixed. The order comes on standard input as JSON,
 * one line of JSON per time zone goes out.
 */
import { createHash } from 'node:crypto';
import type { Project } from '../../src/app/project/databases';
import { runValidation } from '../../src/app/run-validation';
import { ZOO_ENTITIES, zooMappings } from './type-zoo';
import { connected } from './sql';
import { load } from './load';

export interface ZooOrder {
  readonly source: Project['source'];
  readonly targets: readonly { readonly timeZone: string; readonly url: string }[];
}

export interface ZooOutcome {
  readonly timeZone: string;
  /** Minutes between UTC and local time on a summer's day, to prove that the zone is in force. */
  readonly offset: number;
  readonly issues: readonly string[];
  readonly differences: number;
  readonly compared: number;
  /** Hash of all values in the target as the server writes them. */
  readonly content: string;
}

async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const order = JSON.parse(Buffer.concat(chunks).toString()) as ZooOrder;
  for (const { timeZone, url } of order.targets) {
    process.env['TZ'] = timeZone;
    process.stdout.write(`${JSON.stringify(await outcomeIn(timeZone, order.source, url))}\n`);
  }
}

async function outcomeIn(timeZone: string, source: Project['source'], url: string): Promise<ZooOutcome> {
  const project = { mappings: zooMappings(), entities: ZOO_ENTITIES, source, target: { url } };
  await load(project);
  const { verdicts, findings } = await runValidation(project, { entities: [], runId: null, level: 'rows' });
  return {
    timeZone,
    offset: new Date('2020-07-01T00:00:00Z').getTimezoneOffset(),
    issues: verdicts.flatMap(({ issues }) => issues.map(({ code, message }) => `${code} ${message}`)),
    differences: findings.reduce((sum, { differences }) => sum + differences.length, 0),
    compared: findings.reduce((sum, { comparison }) => sum + comparison.expected, 0),
    content: await contentOf(url),
  };
}

async function contentOf(url: string): Promise<string> {
  const client = await connected(url);
  try {
    await client.query(`set timezone = 'UTC'`);
    const { rows } = await client.query<{ row: string }>('select a::text as row from animal a order by id');
    return createHash('sha256')
      .update(rows.map(({ row }) => row).join('\n'))
      .digest('hex');
  } finally {
    await client.end();
  }
}

void main();
