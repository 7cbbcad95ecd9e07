import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import oracledb from 'oracledb';
import { runCheck } from '../../../src/app/run-check';
import { columnField } from '../../../src/core/mapping/fields';
import type { TableMapping } from '../../../src/core/mapping/table-mapping';
import { abisMappings } from '../../../src/mappings';
import { settingsOf, startAbis, type Abis } from '../../support/abis';
import { FROM_SOURCE } from '../../support/from-source';
import { connected } from '../../support/sql';

const ROOT = join(__dirname, '..', '..', '..');
const run = promisify(execFile);

describe('faults between mapping, legacy dictionary and target', () => {
  let abis: Abis;

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.01 });
  });
  afterAll(() => abis.stop());

  /** The error codes of a check whose mapping of `line` is changed. */
  async function errorsWith(
    change: (line: TableMapping) => TableMapping,
    targetUrl = abis.targetUrl,
  ): Promise<string[]> {
    const mappings = abisMappings.map((mapping) => (mapping.entity === 'line' ? change(mapping) : mapping));
    const project = { ...abis.project, mappings, target: { url: targetUrl } };
    const issues = await runCheck(project, { entities: [], scope: 'everything' });
    const errors = issues.filter(({ level }) => level === 'error');
    expect(errors.every(({ hint }) => hint !== undefined)).toBe(true);
    return errors.map(({ code, subject }) => `${code} ${subject}`);
  }

  async function onTarget(url: string, sql: string): Promise<void> {
    const client = await connected(url);
    await client.query(sql);
    await client.end();
  }

  it('names a legacy table that is missing or not granted', async () => {
    expect(await errorsWith((line) => ({ ...line, source: 'AB_LINES' }))).toEqual(['SOURCE_TABLE_MISSING line']);
  });

  it('names a legacy column that does not exist, by property', async () => {
    const misspelt = (line: TableMapping): TableMapping => ({
      ...line,
      fields: line.fields.map((field) =>
        field.columns.includes('MAX_WIDTH') ? columnField('MAX_WIDHT', []).bind(field.property) : field,
      ),
    });
    expect(await errorsWith(misspelt)).toEqual([expect.stringMatching(/^SOURCE_COLUMN_MISSING line/)]);
  });

  it('names a target table that is missing', async () => {
    const target = await abis.anotherTarget();
    await onTarget(target, 'drop table line cascade');
    expect(await errorsWith((line) => line, target)).toEqual(['TARGET_TABLE_MISSING line']);
  });

  it('names a target column whose type cannot take what the mapping yields', async () => {
    const target = await abis.anotherTarget();
    await onTarget(target, 'alter table line alter column description type int using null');
    expect(await errorsWith((line) => line, target)).toEqual([expect.stringMatching(/^TYPE_MISMATCH line/)]);
  });
});

describe('the values of legacy rows', () => {
  const PLANTED = 'PLANTED-ROW-VALUE-0815';
  let abis: Abis;
  let folder: string;

  beforeAll(async () => {
    abis = await startAbis({ scale: 0.02 });
    folder = mkdtempSync(join(tmpdir(), 'cutover-values-'));
    const legacy = await oracledb.getConnection(abis.project.source);
    // Refused by a transformer, by class-validator, and by constraints of the target that the mapping does not know.
    await legacy.execute(`UPDATE AB_COIL SET MADE_TXT = '${PLANTED.slice(0, 20)}' WHERE ROWNUM <= 2`);
    await legacy.execute(`UPDATE AB_CUSTOMER SET EMAIL_ADDR = '${PLANTED}' WHERE ROWNUM <= 2`);
    await legacy.execute(`UPDATE AB_CARRIER SET CARRIER_NAME = '${PLANTED}'`);
    await legacy.commit();
    await legacy.close();
    const target = await connected(abis.targetUrl);
    await target.query(`alter table carrier add check (name not like 'PLANTED%')`);
    await target.end();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await abis.stop();
  });

  it('stand in rejects.jsonl and nowhere else: not in the log, the summary, an event or the checkpoint', async () => {
    const env = { ...process.env, ...settingsOf(abis.project, abis.targetUrl) };
    const cli = [...FROM_SOURCE, join(ROOT, 'src', 'cli.ts'), 'migrate', '--yes', '--json', '--debug'];
    const options = ['--max-rejects', '100%', '--verbosity', '3', '--validate', '--log-dir', folder];
    const { stdout, stderr } = await run(process.execPath, [...cli, ...options], { cwd: ROOT, env });
    const files = readdirSync(folder);
    const rejects = readFileSync(join(folder, 'rejects.jsonl'), 'utf8');
    expect(rejects).toContain(PLANTED);
    expect(rejects).toMatch(/"entity":"carrier","stage":"load".*"sqlState":"23514"/);
    const others = files
      .filter((name) => name !== 'rejects.jsonl')
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    expect(others.length).toBeGreaterThanOrEqual(2);
    const everything = [stdout, stderr, ...others].join('\n');
    expect(everything).not.toContain(PLANTED.slice(0, 18));
    expect(everything).not.toContain(abis.project.source.password);
  });
});
