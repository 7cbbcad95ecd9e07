import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { DifferenceKind, EntityFindings } from '../../../src/core/comparison/comparison';
import { writeDifferences } from '../../../src/files/differences';
import { readDifferences } from '../../../src/files/read-differences';
import { removeTemporaryFolders, temporaryFolder } from '../../support/temporary-folder';

afterAll(removeTemporaryFolders);

const long = { length: 5_000, sha256: 'a'.repeat(64) };
const DIFFERENCES = (['missing', 'extra', 'doubled', 'different'] satisfies DifferenceKind[]).map((kind) => ({
  kind,
  legacyKey: kind === 'extra' ? null : '["7"]',
  rowid: 'AAAAAAAAAAAAAAAAAA',
  chunk: 0,
  targetKey: ['7'],
  properties: kind === 'different' ? ['name'] : [],
  values: [{ property: 'name', column: 'name', expected: 'a', actual: long }],
}));

const FINDINGS: EntityFindings = {
  entity: 'person',
  fingerprint: 'f',
  comparison: {
    level: 'rows',
    matchedBy: { kind: 'primary key', columns: ['id'] },
    expected: 3,
    counts: { missing: 1, extra: 1, doubled: 1, different: 1 },
    columns: { name: 1 },
    unlocated: null,
    skipped: 0,
    figuresDiffer: [],
    examples: [],
    sourceSince: null,
  },
  figures: [],
  samples: [],
  differences: DIFFERENCES,
};

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

async function written(): Promise<{ path: string; list: Json }> {
  const path = join(temporaryFolder(), 'differences.json');
  const run = { id: 'r', scn: '1', source: 's', target: 't' };
  await writeDifferences(path, { run, level: 'rows', findings: [FINDINGS] });
  return { path, list: (await readDifferences(path)) as unknown as Json };
}

/** Every place in the value, as the names that lead to it. */
function placesIn(value: Json, at: readonly string[] = []): (readonly string[])[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [at, ...inner.flatMap(([name, member]) => placesIn(member, [...at, name]))];
}

/** The value with another one at the place; `undefined` leaves it out. */
function changed(value: Json, [name, ...rest]: readonly string[], to: Json | undefined): Json | undefined {
  if (name === undefined) return to;
  const inner = (member: Json | undefined): Json | undefined => changed(member ?? null, rest, to);
  if (Array.isArray(value))
    return value.flatMap((member, at) => (at === Number(name) ? (inner(member) ?? []) : [member]));
  const members = Object.entries(value as Record<string, Json>).map(([of, member]) => [
    of,
    of === name ? inner(member) : member,
  ]);
  return Object.fromEntries(members) as Json;
}

describe('a list of differences that is read', () => {
  it('is what was written', async () => {
    const { list } = await written();
    expect(list).toMatchObject({ run: 'r', entities: [{ entity: 'person', differences: DIFFERENCES }] });
  });

  it.each<[string, (difference: Record<string, unknown>) => void]>([
    ['a value that is null', (one) => (one['values'] = [null])],
    ['a value without a column', (one) => (one['values'] = [{ property: 'name' }])],
    ['a number among values', (one) => (one['values'] = [{ property: 'name', column: 'name', actual: 1 }])],
    ['a legacy key that is not JSON', (one) => (one['legacyKey'] = '[7')],
    ['a legacy key that is no list', (one) => (one['legacyKey'] = '7')],
    ['a key of too many columns', (one) => (one['targetKey'] = ['7', '8'])],
    ['a row without a kind', (one) => delete one['kind']],
    ['a chunk below 0', (one) => (one['chunk'] = -1)],
  ])('is refused for %s', async (_what, edit) => {
    const { path, list } = await written();
    const edited = structuredClone(list) as unknown as { entities: { differences: Record<string, unknown>[] }[] };
    for (const one of edited.entities[0]?.differences ?? []) edit(one);
    writeFileSync(path, JSON.stringify(edited));
    await expect(readDifferences(path)).rejects.toMatchObject({ code: 'DIFFERENCES_INVALID' });
  });

  it('is refused as no list, or taken, whatever is changed in it', async () => {
    const { path, list } = await written();
    const ends = { refused: 0, taken: 0 };
    const edits = fc.record({
      place: fc.constantFrom(...placesIn(list)),
      to: fc.option(fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>, { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(edits, async ({ place, to }) => {
        writeFileSync(path, JSON.stringify(changed(list, place, to) ?? null));
        try {
          await readDifferences(path);
          ends.taken += 1;
        } catch (error) {
          expect(error).toMatchObject({ code: 'DIFFERENCES_INVALID' });
          ends.refused += 1;
        }
      }),
      { numRuns: 400, seed: 20261201 },
    );
    expect(Math.min(ends.refused, ends.taken)).toBeGreaterThan(10);
  });
});
