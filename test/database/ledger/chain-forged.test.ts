import type { Client } from 'pg';
import type { Target } from '../../../src/core/ports/target';
import { newRun, noteValidations } from '../../support/chained-runs';
import { OTHER_VALUE, SEALED } from '../../support/ledger-edits';
import { forged, saidOf, sealOver, type Forgery } from '../../support/ledger-forgery';
import { targetForAll } from '../../support/opened-target';

const FORGERIES: readonly Forgery[] = ['seals made anew', 'seals and chain made anew'];

let client: Client;
let target: Target;

const opened = targetForAll();
beforeAll(async () => {
  ({ client, target } = await opened());
});

/** SQL by what is done to the validations of a run that has five of them and two that were noted after the digest. */
const ATTACKS: Readonly<Record<string, (of: string) => readonly string[]>> = {
  'the newest that the digest covers deleted': (of) => [`delete from validation where ${of} and link_no = 5`],
  'the oldest deleted': (of) => [`delete from validation where ${of} and link_no = 1`],
  'one in the middle deleted': (of) => [`delete from validation where ${of} and link_no = 3`],
  'several deleted': (of) => [`delete from validation where ${of} and link_no in (2, 3, 4)`],
  'all deleted': (of) => [`delete from validation where ${of}`],
  'all but the first deleted': (of) => [`delete from validation where ${of} and link_no > 1`],
  'those deleted that were noted before the digest': (of) => [`delete from validation where ${of} and link_no <= 5`],
  'one given to another run': (of) => [`update validation set run = 'other' where ${of} and link_no = 2`],
  'two swapped': (of) => [`update validation set link_no = 7 - link_no where ${of} and link_no in (2, 5)`],
  'the contents of two swapped': (of) => [
    `update validation v set (level, found, id, start, at) = (select level, found, v.id || '', start, at from validation o where o.run = v.run and o.link_no = 5 - v.link_no)
     where v.${of} and v.link_no in (1, 4)`,
  ],
  'one put first': (of) => [
    `update validation set link_no = link_no + 1 where ${of}`,
    `insert into validation (nth, run, level, found, link_no, link) select 0, run, level, found, 1, '' from validation where ${of} limit 1`,
  ],
  'one put in between': (of) => [
    `update validation set link_no = link_no + 1 where ${of} and link_no > 3`,
    `insert into validation (nth, run, level, found, link_no, link) select 0, run, level, found, 4, '' from validation where ${of} limit 1`,
  ],
  'one taken to the end': (of) => [`update validation set link_no = 8 where ${of} and link_no = 2`],
  'one replaced by a forged one': (of) => [
    `delete from validation where ${of} and link_no = 4`,
    `insert into validation (nth, run, level, found, link_no, link) select -1, run, 'rows', '{"issues":[],"verdicts":[]}', 4, '' from validation where ${of} limit 1`,
  ],
};

describe.each(FORGERIES)('a validation that the digest covers, with its %s,', (how) => {
  let runId = '';
  let kept = '';

  beforeAll(async () => {
    runId = await newRun(target);
    await noteValidations(target, runId, 5);
    kept = (await sealOver(client, 'cutover', runId)).digest;
    await noteValidations(target, runId, 2);
  });

  /** Asserts that the edits are found, and that without the digest only the chain can tell. */
  async function expectFound(edits: readonly string[]): Promise<void> {
    const { rows, seal } = await forged(client, { schema: 'cutover', runId, how }, ...edits);
    expect(rows).toBeGreaterThan(0);
    if (how === 'seals and chain made anew') expect(seal.edited).toEqual([]);
    expect(saidOf(runId, seal, kept)).toContain('LEDGER_DIGEST error');
  }

  it.each(Object.keys(ATTACKS))('%s, is found', (name) => expectFound(ATTACKS[name]?.(`run = '${runId}'`) ?? []));

  const columns = SEALED.filter(({ table, column }) => table === 'validation' && column !== 'link_no');
  it.each(columns)('edited in $column, is found, whichever it is', async ({ column, type }) => {
    const other = OTHER_VALUE[type]?.(column) ?? '';
    for (const number of [1, 3, 5]) {
      await expectFound([`update validation set ${column} = ${other} where run = '${runId}' and link_no = ${number}`]);
    }
  });

  it('is still held with its digest when nothing was edited, or what was noted after it', async () => {
    for (const edit of ['select', `delete from validation where run = '${runId}' and link_no > 5`]) {
      const { seal } = await forged(client, { schema: 'cutover', runId, how }, edit);
      expect(saidOf(runId, seal, kept)).toEqual(['LEDGER_DIGEST info']);
    }
  });
});
