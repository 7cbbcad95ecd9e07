import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client } from 'pg';
import { listRejects, runRetry, writeRejects } from '../../../src/app/run-rejects';
import { retryWithFiles } from '../../../src/app/retry-with-files';
import { runRepair } from '../../../src/app/run-repair';
import { runReport } from '../../../src/app/run-report';
import { runReset } from '../../../src/app/run-reset';
import { runStatus } from '../../../src/app/run-status';
import { statusReport } from '../../../src/report/screen/status';
import { runValidation } from '../../../src/app/run-validation';
import type { FieldMapping, TableMapping } from '../../../src/core/mapping/table-mapping';
import { legacyTable } from '../../../src/core/mapping/legacy-table';
import type { Emit } from '../../../src/core/run/events';
import { ValueRejected } from '../../../src/core/errors';
import { integer, transform } from '../../../src/core/transforms';
import type { NumberText } from '../../../src/core/mapping/wire';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import { endWhenWaiting } from '../../support/end-when-waiting';
import { type FreshDatabase } from '../../support/databases';
import { zooForAll, type Zoo } from '../../support/a-zoo';
import { targetFingerprint } from '../../support/target-fingerprint';
import { temporaryFolder } from '../../support/temporary-folder';
import { Keeper, ZOO_SIZE, zooMappings } from '../../support/type-zoo';
import { load } from '../../support/load';
import { QUIET } from '../../support/quiet';

let zoo: Zoo;
let database: FreshDatabase;
let client: Client;
let empty: Record<string, unknown>;

const withoutAnn = transform('withoutAnn@1', [], (name: string) => {
  if (name === 'Ann') throw new ValueRejected('is not wanted');
  return name;
});
const featherless = transform('featherless@1', [], (cover: string) => (cover === 'feathers' ? 'fur' : cover));

/** The zoo with orphans rejected: as it was, refusing Ann, or mended. */
function mappings(how: 'first' | 'mended'): TableMapping[] {
  const { from, mapTo } = legacyTable<{ ID: NumberText; NAME: string; E: string }>('KEEPER', { key: ['ID'] });
  const name = how === 'first' ? from('NAME', withoutAnn) : from('NAME');
  const keeper = mapTo(Keeper, { id: from('ID', integer), name });
  const cover = mapTo(Keeper, { id: from('ID', integer), name: from('E', featherless) }).fields[1];
  return zooMappings().map((mapping) => {
    if (mapping.entity === 'keeper') return keeper;
    if (mapping.entity !== 'animal') return mapping;
    const mend = (field: FieldMapping): FieldMapping =>
      how === 'mended' && field.property === 'cover' && cover !== undefined ? { ...cover, property: 'cover' } : field;
    return { ...mapping, fields: mapping.fields.map(mend), orphans: { keeperId: 'reject' } };
  });
}

/** As it was, but no row passes. */
function refusing(): TableMapping[] {
  const { from, mapTo } = legacyTable<{ ID: NumberText; NAME: string }>('KEEPER', { key: ['ID'] });
  const refused = transform('refused@1', [], (): number => {
    throw new ValueRejected('is refused for another reason');
  });
  const { fields } = mapTo(Keeper, { id: from('ID', refused), name: from('NAME') });
  return mappings('first').map((mapping) => ({
    ...mapping,
    fields: mapping.fields.map((field) => (field.property === 'id' ? (fields[0] ?? field) : field)),
  }));
}

const project = (how: 'first' | 'mended') => zoo.project(mappings(how));

const latest = { runId: null, entities: [] };

const brokenText = (entity: string): unknown =>
  expect.stringMatching(`^the retry of the rejects of ${entity}, begun at \\d{4}-.*Z, was broken off$`);

async function brokenOff(): Promise<string[]> {
  const { history } = await runValidation(project('first'), latest);
  return history.filter((text) => text.includes('broken off'));
}

async function codes(how: 'first' | 'mended'): Promise<string[]> {
  const { issues, verdicts } = await runValidation(project(how), { ...latest, level: 'rows' });
  return [...issues, ...verdicts.flatMap((verdict) => verdict.issues)].map(({ code, subject }) => `${code} ${subject}`);
}

const tallies = async (): Promise<unknown> => {
  const { verdicts } = await runValidation(project('mended'), latest);
  return verdicts.map(({ entity, tally: { inserted, rejected }, targetRows }) => [
    entity,
    inserted,
    rejected,
    targetRows,
  ]);
};

const opened = zooForAll();
beforeAll(async () => {
  zoo = await opened();
  ({ database, client } = zoo);
  await client.query(`create function shout() returns trigger language plpgsql as $$ begin new.name := upper(new.name); return new; end $$;
    create trigger shouting before insert on keeper for each row execute function shout();
    create function silent() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger silence before insert on animal for each row execute function silent();
    do $$ begin execute (select string_agg(format('alter table animal alter constraint %I deferrable initially deferred', conname), ';')
      from pg_constraint where conrelid = 'animal'::regclass and contype = 'f'); end $$`);
  empty = await targetFingerprint(client);
  const { outcome } = await load(project('first'), { rejectLimit: { kind: 'rows', rows: 4 } });
  expect(outcome?.entities.map(({ entity, tally }) => [entity, tally.rejected])).toEqual(
    expect.arrayContaining([
      ['keeper', 1],
      ['animal', 5],
    ]),
  );
});

describe('rejects', () => {
  it('are listed by reason with keys, of one entity or of all, and no value', async () => {
    const { rejects } = await listRejects({ url: database.url }, { runId: null, entities: ['animal'] });
    expect(rejects.map(({ stage, property, count }) => [stage, property, count])).toEqual(
      expect.arrayContaining([
        ['load', 'cover', 1],
        ['orphan', 'keeperId', 1],
      ]),
    );
    expect(rejects.flatMap(({ samples }) => samples.map(({ key }) => key))).toContain('["61"]');
    const strange = listRejects({ url: database.url }, { runId: null, entities: ['nobody'] });
    await expect(strange).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('are exported with their rows into a file that only its owner can read', async () => {
    const path = join(temporaryFolder(), 'rejects.jsonl');
    const { rejects } = await writeRejects({ url: database.url }, { runId: null, entities: ['keeper'] }, path);
    expect([rejects, statSync(path).mode & 0o777]).toEqual([1, 0o600]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ entity: 'keeper', raw: { NAME: 'Ann' } });
  });

  it('stay what they are where a retry is broken off in the middle', async () => {
    const before = await targetFingerprint(client);
    const retry = endWhenWaiting(database.url, 'retry', () => runRetry(project('mended'), latest, QUIET));
    await expect(retry).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    expect(await targetFingerprint(client)).toEqual(before);
    expect((await listRejects({ url: database.url }, latest)).rejects.reduce((sum, { count }) => sum + count, 0)).toBe(
      6,
    );
    expect(await brokenOff()).toEqual(['animal', 'keeper'].map(brokenText));
  });

  it('are said to be broken off until a retry of the same entities comes to its end', async () => {
    const stopped = { ...QUIET, signal: AbortSignal.abort() };
    expect(await runRetry(project('mended'), latest, stopped)).toMatchObject({ brokenOff: true });
    const status = await runStatus({ url: database.url }, null);
    expect(status && statusReport(status.run, status.entities).output).toMatch(
      /The retry of the rejects of keeper, begun at .*, was broken off\. Go on with it: cutover rejects retry --run /,
    );
    await runRetry({ ...project('first'), mappings: refusing() }, { ...latest, entities: ['keeper'] }, QUIET);
    expect(await brokenOff()).toEqual([brokenText('animal')]);
  });

  it('keep their reasons where a changed mapping loads none of them', async () => {
    const before = await targetFingerprint(client);
    const { entities } = await runRetry({ ...project('first'), mappings: refusing() }, latest, QUIET);
    expect(entities.map(({ entity, loaded, rejected }) => [entity, loaded, rejected])).toEqual([
      ['keeper', 0, 1],
      ['animal', 0, 5],
    ]);
    expect(await targetFingerprint(client)).toEqual(before);
    const { rejects } = await listRejects({ url: database.url }, latest);
    expect(rejects.map(({ reason }) => reason)).not.toContain('is refused for another reason');
    expect(await codes('first')).not.toContain('REJECTS_DIFFER keeper');
  });

  it('are loaded by the mended mapping once, their orphans after them, by no trigger changed', async () => {
    const questions: string[] = [];
    const confirm = (question: string): Promise<void> => Promise.resolve(void questions.push(question));
    const logDirectory = temporaryFolder();
    const file = join(logDirectory, 'rejects.jsonl');
    const { runId } = await writeRejects({ url: database.url }, latest, file);
    const foreign = join(temporaryFolder({ 'rejects.jsonl': '{"run":"another"}\n' }), 'rejects.jsonl');
    const notices: string[] = [];
    const emit: Emit = (_, facts) => void notices.push('message' in facts ? facts.message : '');
    const ui = { ...QUIET, confirm, emit, askSecret: () => Promise.resolve(null) };
    const report = await retryWithFiles(project('mended'), { ...latest, logDirectory }, ui);
    const { entities, state } = report.facts as Awaited<ReturnType<typeof runRetry>>;
    // What is loaded is in the file no more; that of another run is left alone.
    const kept = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { run: string; entity: string });
    expect(kept.map(({ run, entity }) => [run, entity])).toEqual([1, 2, 3].map(() => [runId, 'animal']));
    expect(notices).toContainEqual(expect.stringContaining('written anew: 3 rows are still rejected'));
    await retryWithFiles(project('mended'), { ...latest, logDirectory: dirname(foreign) }, { ...ui, ...QUIET });
    expect(readFileSync(foreign, 'utf8')).toBe('{"run":"another"}\n');
    expect(questions).toEqual([expect.stringMatching(/^Try 6 rejected rows of .*changed since the run/)]);
    expect(entities).toEqual([
      { entity: 'keeper', rejects: 1, loaded: 1, skipped: 0, rejected: 0, unread: 0 },
      { entity: 'animal', rejects: 5, loaded: 2, skipped: 0, rejected: 3, unread: 0 },
    ]);
    expect(state).toBe('complete');
    const { rows } = await client.query('select name from keeper where id = 1');
    expect(rows).toEqual([{ name: 'Ann' }]);
    const animals = ZOO_SIZE.animals;
    const account = [
      ['keeper', 3, 0, 3],
      ['animal', animals, 3, animals],
    ];
    expect(await tallies()).toEqual(expect.arrayContaining(account));
    const again = await runRetry(project('mended'), latest, QUIET);
    expect(again).toMatchObject({
      brokenOff: false,
      entities: [{ entity: 'animal', rejects: 3, loaded: 0, rejected: 3 }],
    });
    expect(await brokenOff()).toEqual([]);
    expect(await tallies()).toEqual(expect.arrayContaining(account));
  });

  it('leave a run that compares by the mapping of the retry, which is said, and by no other', async () => {
    expect((await codes('mended')).sort()).toEqual([
      'CHECKSUM_NOT_RECOMPUTED animal',
      'CHECKSUM_NOT_RECOMPUTED keeper',
      'MAPPING_OF_RETRY animal',
      'MAPPING_OF_RETRY keeper',
    ]);
    expect(await codes('first')).toEqual(expect.arrayContaining(['MAPPING_CHANGED animal', 'MAPPING_CHANGED keeper']));
  });

  it('leave a run whose rows are repaired by the mapping of the retry', async () => {
    await client.query(`update animal set words = 'x' where id = 15; update animal set keeper_id = null where id = 61`);
    const { run, findings } = await runValidation(project('mended'), { ...latest, level: 'rows' });
    const path = join(temporaryFolder(), 'differences.json');
    await writeDifferences(path, { run, level: 'rows', findings });
    const list = await readDifferences(path);
    await expect(runRepair(project('first'), list, QUIET)).rejects.toMatchObject({ code: 'CHECKPOINT_STALE' });
    const { repair } = await runRepair(project('mended'), list, QUIET);
    expect(repair.entities).toMatchObject([{ entity: 'animal', replaced: 2, left: 0 }]);
    expect((await codes('mended')).sort()).toEqual([
      'CHECKSUM_NOT_RECOMPUTED animal',
      'CHECKSUM_NOT_RECOMPUTED keeper',
      'MAPPING_OF_RETRY animal',
      'MAPPING_OF_RETRY keeper',
    ]);
  });

  it('say why they are turned away now', async () => {
    const { rejects } = await listRejects({ url: database.url }, latest);
    expect(rejects.map(({ stage, property }) => `${stage} ${property ?? ''}`).sort()).toEqual([
      'load traits',
      'load weights',
      'orphan keeperId',
    ]);
  });

  it('leave a run that a reset removes exactly', async () => {
    const { rows } = await client.query<{ id: string }>('select id from cutover.run');
    const { entities } = await runReset({ url: database.url }, { runId: rows[0]?.id ?? '', entities: [] }, QUIET);
    expect(entities.map(({ left }) => left)).toEqual([0, 0, 0]);
    expect(await targetFingerprint(client)).toEqual(empty);
    const { verdict, events, resets } = await runReport({ url: database.url }, null);
    expect(verdict.history.join('; ')).toMatch(
      /the run was taken back; .*rejected rows? of \w+ w(as|ere) loaded later, before a reset took them back/,
    );
    expect(events.at(-1)).toMatchObject({ what: 'reset', text: 'all of the run taken back' });
    expect(resets).toHaveLength(1);
    await expect(runRetry(project('mended'), latest, QUIET)).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
  });

  it('name the references that the run has set to null for want of a parent, which a repair fills', async () => {
    const clearing = (how: 'first' | 'mended') => ({
      ...project(how),
      mappings: mappings(how).map((mapping) =>
        mapping.entity === 'animal' ? { ...mapping, orphans: { keeperId: 'null' as const } } : mapping,
      ),
    });
    await load(clearing('first'), { rejectLimit: { kind: 'rows', rows: 5 } });
    const { cleared } = await runRetry(clearing('mended'), latest, QUIET);
    expect(cleared).toEqual(['animal.keeperId']);
    const compare = () => runValidation(clearing('mended'), { ...latest, level: 'rows' });
    const { run, findings, verdicts } = await compare();
    const differing = verdicts.flatMap(({ issues }) => issues).filter(({ code }) => code === 'ROWS_DIFFER');
    expect(differing).toMatchObject([{ subject: 'animal', message: expect.stringContaining('keeperId') as string }]);
    const path = join(temporaryFolder(), 'differences.json');
    await writeDifferences(path, { run, level: 'rows', findings });
    await runRepair(clearing('mended'), await readDifferences(path), QUIET);
    const after = (await compare()).verdicts.flatMap(({ issues }) => issues);
    expect(after.map(({ code }) => code)).not.toContain('ROWS_DIFFER');
  });
});
