import { conditionsByEntity, rejectLimit, wholeNumber } from '../../../src/commands/argument-parsers';

describe('wholeNumber', () => {
  const parse = wholeNumber(500, 200_000);

  it('takes its bounds', () => {
    expect([parse('500'), parse('200000')]).toEqual([500, 200_000]);
  });

  it.each(['499', '200001', '1e4', '-500', '1000.5', '', ' 1000'])('refuses "%s"', (text) => {
    expect(() => parse(text)).toThrow('from 500 to 200000');
  });
});

describe('rejectLimit', () => {
  it.each([
    ['100', { kind: 'rows', rows: 100 }],
    ['0', { kind: 'rows', rows: 0 }],
    ['1%', { kind: 'percent', percent: 1 }],
    ['0.5%', { kind: 'percent', percent: 0.5 }],
    ['100%', { kind: 'percent', percent: 100 }],
  ])('reads %s', (text, limit) => {
    expect(rejectLimit(text)).toEqual(limit);
  });

  it.each(['101%', '-1', '1.5', 'all', '%', ''])('refuses "%s"', (text) => {
    expect(() => rejectLimit(text)).toThrow('share');
  });
});

describe('conditionsByEntity', () => {
  it.each<[readonly string[], readonly string[], Record<string, string>]>([
    [["coil=STATUS = 'A'"], [], { coil: "STATUS = 'A'" }],
    [['coil=A > 1', 'job=B > 2'], ['coil', 'job'], { coil: 'A > 1', job: 'B > 2' }],
    [["STATUS='A'"], ['coil'], { coil: "STATUS='A'" }],
    [['COIL_ID > 1000'], ['coil'], { coil: 'COIL_ID > 1000' }],
    [['coil= A > 1 '], ['coil'], { coil: 'A > 1' }],
  ])('reads %j for %j', (texts, entities, expected) => {
    expect(conditionsByEntity(texts, entities)).toEqual(expected);
  });

  it.each<[string, readonly string[], readonly string[]]>([
    ['a condition without an entity', ['A > 1'], []],
    ['a condition for one of several', ['A > 1'], ['coil', 'job']],
    ['two for one entity', ['coil=A', 'coil=B'], []],
    ['an empty one', ['coil='], ['coil']],
  ])('refuses %s', (_case, texts, entities) => {
    expect(() => conditionsByEntity(texts, entities)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
  });
});
