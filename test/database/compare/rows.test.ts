import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Client } from 'pg';
import { runValidation, type ValidationResult } from '../../../src/app/run-validation';
import type { EntityFindings } from '../../../src/core/comparison/comparison';
import { writeDifferences } from '../../../src/files/differences';
import { validationReport } from '../../../src/report/screen/validation';
import { synchronizeSchema } from '../../../src/typeorm/schema';
import { freshDatabase, type FreshDatabase } from '../../support/databases';
import { FROM_SOURCE } from '../../support/from-source';
import { storeOddValues, zooForAll, type Zoo } from '../../support/a-zoo';
import { temporaryFolder } from '../../support/temporary-folder';
import { DAMAGE, TRACES } from '../../support/zoo-damage';
import type { ZooOrder, ZooOutcome } from '../../support/zoo-child';
import { ZOO_ENTITIES, ZOO_SIZE, zooMappings } from '../../support/type-zoo';
import { withClient } from '../../support/sql';
import { load } from '../../support/load';

let zoo: Zoo;
let client: Client;
const project = () => zoo.project();

const opened = zooForAll();
beforeAll(async () => {
  zoo = await opened();
  ({ client } = zoo);
  await storeOddValues(zoo);
  const { outcome, issues } = await load(project());
  expect([
    outcome?.state,
    outcome?.entities.map(({ because }) => because),
    issues.filter(({ level }) => level === 'error'),
  ]).toEqual(['complete', [null, null, null], []]);
});

const compare = (level: 'keys' | 'rows') => runValidation(project(), { entities: [], runId: null, level });

describe('comparing the type zoo', () => {
  it.each(['keys', 'rows'] as const)('finds no difference in %s', async (level) => {
    const { verdicts, findings } = await compare(level);
    expect(findings.flatMap(({ differences }) => differences)).toEqual([]);
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect(Object.fromEntries(verdicts.map(({ entity, comparison }) => [entity, comparison?.expected]))).toEqual({
      keeper: 3,
      animal: ZOO_SIZE.animals,
      trace: 6,
    });
    const matched = verdicts.map(({ entity, comparison }) => [entity, comparison?.matchedBy.kind]);
    expect(Object.fromEntries(matched)).toEqual({ keeper: 'primary key', animal: 'primary key', trace: 'whole row' });
  });

  it('finds none in any time zone, and the same values in all of them', async () => {
    const zones = ['UTC', 'Europe/Paris', 'America/Sao_Paulo'];
    const databases = await Promise.all(zones.map(() => freshDatabase()));
    try {
      for (const { url } of databases) await synchronizeSchema(url, ZOO_ENTITIES);
      const targets = zones.map((timeZone, index) => ({ timeZone, url: databases[index]?.url ?? '' }));
      const outcomes = await outcomesOf({ source: zoo.standin.settings, targets });
      expect(outcomes.map(({ timeZone, offset }) => [timeZone, offset])).toEqual([
        ['UTC', 0],
        ['Europe/Paris', -120],
        ['America/Sao_Paulo', 180],
      ]);
      for (const { issues, differences, compared } of outcomes) {
        expect({ issues, differences, compared }).toEqual({
          issues: [],
          differences: 0,
          compared: ZOO_SIZE.animals + 8,
        });
      }
      expect(new Set(outcomes.map(({ content }) => content)).size).toBe(1);
    } finally {
      await Promise.all(databases.map((each) => each.drop()));
    }
  });
});

describe('damage in the target', () => {
  let result: ValidationResult;
  const differencesOf = (entity: string) => result.findings.find((found) => found.entity === entity)?.differences ?? [];

  beforeAll(async () => {
    for (const [, sql] of [...DAMAGE, ...TRACES]) await client.query(sql);
    result = await compare('rows');
  });

  it.each(DAMAGE)('finds and locates %s', (_what, sql, kind, ...properties) => {
    const id = /where id = (\d+)/.exec(sql)?.[1] ?? '4711';
    const row = differencesOf('animal').find(({ targetKey }) => targetKey?.[0] === id);
    expect(row).toMatchObject({ kind, legacyKey: kind === 'extra' ? null : `["${id}"]` });
    expect(row?.properties).toEqual(expect.arrayContaining(properties));
    expect(row?.rowid === null).toBe(kind === 'extra');
  });

  it.each(TRACES)('finds %s where no key forbids it', (_what, _sql, kind, ...properties) => {
    expect(differencesOf('trace')).toContainEqual(expect.objectContaining({ kind, properties }));
  });

  it('reports nothing else', () => {
    const rows = new Set(DAMAGE.map(([, sql]) => /where id = (\d+)/.exec(sql)?.[1] ?? 'extra'));
    expect(differencesOf('animal')).toHaveLength(rows.size);
    expect(differencesOf('trace')).toHaveLength(TRACES.length);
    expect(differencesOf('keeper')).toEqual([]);
  });

  it('names rows and properties in the verdict, and no value', () => {
    const found = result.verdicts.flatMap(({ issues }) => issues.filter(({ code }) => code === 'ROWS_DIFFER'));
    expect(found.map(({ subject }) => subject).sort()).toEqual(['animal', 'trace']);
    const { output, exitCode, facts } = validationReport(result.run.id, result.verdicts);
    expect(exitCode).toBe(3);
    for (const text of [output, JSON.stringify(facts)]) {
      expect(text).toContain('keeperId');
      expect(text).not.toMatch(/long note|1234567890123456/);
    }
  });

  it('finds by keys alone which rows are there', async () => {
    const { findings, verdicts } = await compare('keys');
    const animal = findings.find(({ entity }) => entity === 'animal');
    expect(animal?.differences.map(({ kind, targetKey }) => [kind, targetKey]).sort()).toEqual([
      ['extra', ['4711']],
      ['missing', ['12']],
    ]);
    expect(verdicts.find(({ entity }) => entity === 'trace')?.comparison?.level).toBe('rows');
  });

  it('writes them with their values into a file that only its owner can read', async () => {
    const path = join(temporaryFolder(), 'differences.json');
    await writeDifferences(path, { run: result.run, level: 'rows', findings: result.findings });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const file = JSON.parse(readFileSync(path, 'utf8')) as { entities: EntityFindings[] };
    expect(file).toMatchObject({ format: 'cutover.differences', version: 1, run: result.run.id, level: 'rows' });
    const animal = file.entities.find(({ entity }) => entity === 'animal');
    expect(animal?.differences.find(({ targetKey }) => targetKey?.[0] === '7')?.values).toEqual([
      { property: 'exact', column: 'exact', expected: '1234567890123456789', actual: '1234567890123456790' },
    ]);
    const long = animal?.differences.find(({ targetKey }) => targetKey?.[0] === '55')?.values[0];
    expect(long?.expected).toEqual({ length: 3000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
  });
});

describe('what was written or changed since', () => {
  it('is told where the source has other rows than at the snapshot, without counting as a difference', async () => {
    await zoo.standin.run(`INSERT INTO TRACE (PLACE, N) VALUES ('later', 1)`);
    const { verdicts } = await compare('keys');
    const trace = verdicts.find(({ entity }) => entity === 'trace');
    expect(trace?.comparison?.sourceSince).toEqual({ atSnapshot: 6, now: 7 });
    expect(trace?.issues).toContainEqual(expect.objectContaining({ code: 'SOURCE_CHANGED', level: 'warning' }));
  });

  it('refuses to compare by another mapping than that of the run', async () => {
    const mappings = zooMappings().map((mapping) => ({ ...mapping, where: 'ID > 0' }));
    const request = { entities: ['keeper'], runId: null, level: 'rows' } as const;
    const { verdicts, findings } = await runValidation({ ...project(), mappings }, request);
    expect(findings).toEqual([]);
    expect(verdicts.flatMap(({ issues }) => issues)).toContainEqual(
      expect.objectContaining({ code: 'MAPPING_CHANGED', level: 'error', subject: 'keeper' }),
    );
  });
});

describe('a table that had rows before the run', () => {
  const before = `insert into keeper (id, name) values (1, 'Other'), (50, 'Before')`;
  const databases: FreshDatabase[] = [];
  afterAll(() => Promise.all(databases.map((each) => each.drop())));

  /** Migrates the keepers beside two rows; the target's own session, and how to compare. */
  async function beside(onConflict: 'reject' | 'skip' | 'update') {
    const own = await freshDatabase();
    databases.push(own);
    const { url } = own;
    await synchronizeSchema(url, ZOO_ENTITIES);
    await withClient(url, (session) => session.query(before));
    const other = { ...project(), target: { url } };
    await load(other, { entities: ['keeper'], onConflict });
    const look = () => runValidation(other, { entities: [], runId: null, level: 'rows' });
    return { look, change: (sql: string) => withClient(url, (session) => session.query(sql)) };
  }

  it.each([
    ['reject', 2, 0],
    ['skip', 2, 1],
    ['update', 3, 0],
  ] as const)('is compared by what became of conflicts: %s', async (onConflict, expected, skipped) => {
    const { look, change } = await beside(onConflict);
    const { verdicts, findings } = await look();
    expect(verdicts.flatMap(({ issues }) => issues)).toEqual([]);
    expect(findings.map(({ comparison }) => comparison)).toMatchObject([{ expected, skipped }]);
    await change(`update keeper set name = 'Changed' where id in (3, 50)`);
    const [found] = (await look()).findings;
    expect(found?.differences).toMatchObject([
      { kind: 'different', targetKey: ['3'], values: [{ expected: 'Cid', actual: 'Changed' }] },
    ]);
  });
});

async function outcomesOf(order: ZooOrder): Promise<ZooOutcome[]> {
  const child = spawn(process.execPath, [...FROM_SOURCE, join(__dirname, '../../support/zoo-child.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stdin.end(JSON.stringify(order));
  await once(child, 'close');
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ZooOutcome);
}
