import { checkQuery, queryAt } from '../../../../src/core/mapping/query-text';
import { errorOf } from '../../../support/error-of';

const AT = ' AS OF SCN 17';

describe('queryAt', () => {
  it.each([
    ['select ID from {AB_COIL}', `select ID from AB_COIL${AT}`],
    ['select 1 from { "Mixed Case"."t" } t, {B} b', `select 1 from "Mixed Case"."t"${AT} t, B${AT} b`],
    ["select '{A}', q'[{A}]' from {A} -- {A}\n/* {A} */", `select '{A}', q'[{A}]' from A${AT} -- {A}\n/* {A} */`],
  ])('puts the SCN behind every marked table of %s, and nowhere else', (query, expected) => {
    expect(queryAt(query, AT)).toBe(expected);
    expect(queryAt(query, '')).toBe(expected.replaceAll(AT, ''));
  });
});

describe('checkQuery', () => {
  it.each([
    'select * from {A} a join (select ID from {B}) b on a.ID = b.ID where exists (select 1 from {C} c where c.ID = a.ID)',
    'with x (id) as (select ID from {A}), y as (select 1 n from dual) select * from x left join y on x.id = y.n',
    'select extract(year from d), trim(both from n), count(*) over (partition by p order by q) from {A} group by d, n, p, q',
    'select * from ({A} a join {B} b on a.ID = b.ID), {C} c where a.X in (1, 2) order by a.X, b.Y',
    'select ID from {A} union all (select ID from {B} minus select ID from {C})',
    'select * from {A} a outer apply (select ID from {B} b where b.ID = a.ID)',
    'select (select max(V) from {B} b where b.ID = a.ID) as "select from t" from {A} a',
  ])('accepts %s', (query) => {
    expect(() => {
      checkQuery('Q', query);
    }).not.toThrow();
  });

  it.each([
    ['select * from AB_COIL', 'AB_COIL'],
    ['select * from {A} a, SHOP.ORDERS o', 'SHOP.ORDERS'],
    ['select * from {A} a left outer join "b" on 1 = 1', '"b"'],
    ['select * from {A} where exists (select 1 from C)', ' C '],
    ['select * from ({A} a join B on 1 = 1)', ' B '],
    ['select * from table(f(1)) t, {A}', 'table'],
    ['select * from {A} a cross apply B', ' B '],
    ['with x as (select 1 n from {A}) select * from x, y', ' y '],
    ['select 1 from dual', 'no table'],
    ['select * from {A B}', '{A B}'],
    ["select * from {A'}", "{A'}"],
    ['select * from {A};', ';'],
    ['select * from {A} where ID = :id', 'bind'],
    ['delete from {A}', 'SELECT'],
    ['', 'SELECT'],
  ])('refuses %s, naming %s', (query, named) => {
    const error = errorOf(() => {
      checkQuery('Q', query);
    });
    expect(error).toMatchObject({ code: 'MAPPING_INVALID', hint: expect.stringContaining('braces') as string });
    expect(`${(error as Error).message} `).toContain(named);
  });
});
