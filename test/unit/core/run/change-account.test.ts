import fc from 'fast-check';
import { canonicalFor, type CanonicalKind } from '../../../../src/core/canonical/canonical-text';
import { legacyTable } from '../../../../src/core/mapping/legacy-table';
import type { LegacyRow, NumberText, TimestampText } from '../../../../src/core/mapping/wire';
import { readPlanFor } from '../../../../src/core/rows/read-plan';
import { compileMapping } from '../../../../src/core/rows/transform-rows';
import {
  collapsedSpaces,
  decimal,
  email,
  integer,
  lower,
  nulReplaced,
  nulStripped,
  nullIf,
  oracleTimestamp,
  timestampToMicroseconds,
  trimmed,
  unpadded,
  upper,
} from '../../../../src/core/transforms';

interface ThingRow {
  ID: NumberText;
  T: string | null;
  N: NumberText | null;
  D: TimestampText | null;
  C: string | null;
}

class Thing {
  id!: number;
  trimmed!: string | null;
  spaces!: string | null;
  upper!: string | null;
  lower!: string | null;
  email!: string | null;
  stripped!: string | null;
  replaced!: string | null;
  gone!: string | null;
  amount!: string | null;
  moment!: string | null;
  code!: string | null;
}

const { from, mapTo } = legacyTable<ThingRow>('THING', { key: ['ID'] });
const mapping = mapTo(Thing, {
  id: from('ID', integer),
  trimmed: from('T', nulStripped, trimmed),
  spaces: from('T', nulStripped, collapsedSpaces),
  upper: from('T', nulStripped, upper),
  lower: from('T', nulStripped, lower),
  email: from('T', nulStripped, email),
  stripped: from('T', nulStripped),
  replaced: from('T', nulReplaced('?')),
  gone: from('T', nullIf('x', ''), nulStripped),
  amount: from('N', decimal(20, 6)),
  moment: from('D', timestampToMicroseconds, oracleTimestamp),
  code: from('C', unpadded),
});
const KINDS: Readonly<Record<string, CanonicalKind>> = {
  id: 'number',
  amount: 'number',
  moment: 'moment',
  code: 'padded',
};
const plan = readPlanFor(mapping);
const start = compileMapping({ mapping, plan, check: null });

const texts = fc.oneof(
  fc.constantFrom('', 'x', ' x', 'A  b', 'É\0', 'plain', ' '),
  fc.string({ maxLength: 8 }),
  fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\0', '\t'), maxLength: 6 }),
);
const numbers = fc.oneof(
  fc.integer({ min: -(10 ** 9), max: 10 ** 9 }).map(String),
  fc.constantFrom('.5', '-1.50', '1E3', '0', '1.1234567', '12345678901234567890'),
);
const moments = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 999_999_999 }))
  .map(([year, day, nanos]) => {
    const date = `${String(year).padStart(4, '0')}-02-${String(day).padStart(2, '0')}`;
    return ` ${date} 10:20:30.${String(nanos).padStart(9, '0')}`;
  });
const codes = fc.string({ unit: fc.constantFrom('a', ' '), minLength: 4, maxLength: 4 });
const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 6 });
const rowsOf = fc.array(fc.tuple(nullable(texts), nullable(numbers), nullable(moments), nullable(codes)), {
  maxLength: 12,
});

/** A legacy value in the canonical text of the column that it fills. */
function legacyText(kind: CanonicalKind, value: string): string {
  return canonicalFor(kind)(kind === 'moment' ? value.trim() : value);
}

describe('the account of changes', () => {
  it('has a change for every value whose canonical text differs from the legacy one, and for no other', () => {
    fc.assert(
      fc.property(rowsOf, fc.nat(11), (values, left) => {
        const chunk = start();
        chunk.add(values.map((row, id): LegacyRow => [`R${id}`, ...inPlan(id, row)]));
        const { rows, origins, changesWithout } = chunk.prepared({ entity: 'thing', chunk: 0 });
        const without = new Set([left]);
        const counted = changesWithout(without);
        for (const [position, field] of mapping.fields.entries()) {
          const { property } = field;
          const kind = KINDS[property] ?? 'text';
          const differing = rows.filter((row, index) => {
            const legacy = valueOf(origins[index] ?? [], field.columns[0] ?? '');
            const target = row[position] ?? null;
            if (without.has(index) || legacy === null) return false;
            return target === null || canonicalFor(kind)(target) !== legacyText(kind, legacy);
          });
          // Of two conversions each is counted, so that a value may be there twice, and one that undoes the other as well.
          const own = counted.filter((change) => change.property === property).map(({ count }) => count);
          const [most, sum] = [Math.max(0, ...own), own.reduce((total, count) => total + count, 0)];
          expect([property, most <= differing.length && differing.length <= sum]).toEqual([property, true]);
          if (field.transform.length === 1) expect([property, sum]).toEqual([property, differing.length]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function inPlan(id: number, [text, number, moment, code]: readonly (string | null)[]): (string | null)[] {
  const values: Readonly<Record<string, string | null | undefined>> = {
    ID: String(id),
    T: text,
    N: number,
    D: moment,
    C: code,
  };
  return plan.columns.map(({ name }) => values[name] ?? null);
}

function valueOf(origin: LegacyRow, column: string): string | null {
  const at = plan.columns.findIndex(({ name }) => name === column);
  return origin[at + 1] as string | null;
}
