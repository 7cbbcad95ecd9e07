/** Compares the demo's target with what the generator knows: `compare-demo.ts <target url> [scale] [seed]`. Exits 1 on differences. */
import { Client } from 'pg';
import { compareDemo, type Difference } from '../src/demo/compare';
import { runScript } from './run-script';

const SHOWN = 50;

async function main([url, scale = '1', seed = '1']: readonly string[]): Promise<number> {
  if (url === undefined) {
    console.error('usage: node -r @swc-node/register scripts/compare-demo.ts <target url> [scale] [seed]');
    return 64;
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return show(await compareDemo(client, { scale: Number(scale), seed: Number(seed) }));
  } finally {
    await client.end();
  }
}

function show(differences: readonly Difference[]): number {
  if (differences.length === 0) {
    console.log('no differences: every row and every reject is as planned');
    return 0;
  }
  console.table(countsOf(differences));
  console.table(differences.slice(0, SHOWN));
  console.log(`${differences.length} differences${differences.length > SHOWN ? `, the first ${SHOWN} shown` : ''}`);
  return 1;
}

function countsOf(differences: readonly Difference[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { entity, kind, property } of differences) {
    const name = [entity, kind, property ?? ''].join(' ').trim();
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

runScript(main);
