import fc from 'fast-check';
import type { CanonicalKind } from '../../../../src/core/canonical/canonical-text';
import { narrowingOf } from '../../../../src/core/canonical/narrowing';
import { judgeNarrowing } from '../../../../src/validate/compare/judge-narrowing';

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${most}}$`));
const numberText = fc
  .tuple(fc.constantFrom('', '-'), digits(25), fc.option(digits(25)), fc.option(fc.integer({ min: -330, max: 300 })))
  .map(([sign, whole, fraction, exponent]) => {
    return `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`;
  });
/** Halfway between two numbers of fewer digits, as near as a float comes. */
const binaryText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.maxSafeInteger().map((value) => `${value}5`),
  fc.tuple(fc.bigInt({ min: 1n, max: 2n ** 70n })).map(([value]) => String(value * 10n)),
);
const blanks = fc.stringMatching(/^[ab ]{0,8}$/);
const name = fc.constantFrom('a', 'b', '\\', '"', ':', '":');
const json: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('1', 'null', '"a"', String.raw`"\":"`, '[]'),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((members) => {
      return `{${members.map(([key, value]) => `${JSON.stringify(key)} : ${value}`).join(', ')}}`;
    }),
    fc.array(tie('value'), { maxLength: 3 }).map((elements) => `[${elements.join(', ')}]`),
  ),
})).value;

const VALUES: readonly (readonly [CanonicalKind, fc.Arbitrary<string>])[] = [
  ['float4', fc.oneof(numberText, binaryText)],
  ['float8', fc.oneof(numberText, binaryText)],
  ['float4[]', fc.array(numberText, { maxLength: 3 }).map((texts) => `{${texts.join(',')}}`)],
  ['padded', blanks],
  ['jsonb', json],
];

describe('the judgement of the comparison on what a column narrows', () => {
  it.each(VALUES)('is that of the load for every value of %s, though it is come to otherwise', (kind, values) => {
    const maxLength = kind === 'padded' ? 5 : null;
    const [load, judge] = [narrowingOf({ kind, maxLength }), judgeNarrowing({ kind, maxLength })];
    expect(judge?.kind).toBe(load?.kind);
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(values, (value) => {
        const narrowed = judge?.narrows(value);
        seen.add(narrowed === true);
        expect([value, narrowed]).toEqual([value, load?.narrows(value)]);
      }),
      { seed: 7, numRuns: 2_000 },
    );
    expect([...seen].sort()).toEqual([false, true]);
  });

  it.each([1_000, 5_000, 50_000])('is that of the load in a document of %d levels', (levels) => {
    const within = (document: string): string => `${'[{"n":'.repeat(levels)}${document}${'}]'.repeat(levels)}`;
    for (const narrows of [narrowingOf, judgeNarrowing].map((of) => of({ kind: 'jsonb', maxLength: null })?.narrows)) {
      expect(['{"a":1,"a":2}', '{"a":1,"b":2}'].map((document) => narrows?.(within(document)))).toEqual([true, false]);
    }
  });

  it.each(['text', 'number', 'moment', 'interval[]'] as const)(
    'has nothing to judge in a column of the kind %s',
    (kind) => {
      expect([judgeNarrowing({ kind, maxLength: 5 }), narrowingOf({ kind, maxLength: 5 })]).toEqual([null, null]);
    },
  );

  it('knows what no float holds', () => {
    const single = judgeNarrowing({ kind: 'float4', maxLength: null });
    const double = judgeNarrowing({ kind: 'float8', maxLength: null });
    expect(['2e-45', '16777217', '0.123456789012'].map((text) => single?.narrows(text))).toEqual([true, true, true]);
    expect(['0.1', '-1.50', '1E20', 'NaN', 'Infinity'].map((text) => single?.narrows(text))).toEqual(
      Array(5).fill(false),
    );
    expect(['3e-324', '9007199254740993', '0.1'].map((text) => double?.narrows(text))).toEqual([true, true, false]);
  });
});
