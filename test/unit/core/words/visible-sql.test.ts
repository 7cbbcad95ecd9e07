import { visibleSql } from '../../../../src/core/words/visible-sql';

describe('visibleSql', () => {
  it.each([
    ['nothing', `select "a b", 'it''s', 'a\\b' from "ü"`, `select "a b", 'it''s', 'a\\b' from "ü"`],
    ['a name', 'drop table "s"."a\u200bb"', 'drop table "s".U&"a\\200bb"'],
    ['a name with a backslash and a quote', '"a\\b""\u0007"', 'U&"a\\\\b""\\0007"'],
    ['a name beyond the first plane', '"\u{e0001}"', 'U&"\\+0e0001"'],
    ['a constant', `is 'it''s\n\\'`, `is E'it''s\\u000a\\\\'`],
    ['a constant beyond the first plane', `'\u{e0001}'`, `E'\\U000e0001'`],
    ['an escape string', `E'a\\n\\'\u200b'`, `E'a\\n\\'\\u200b'`],
    ['a name that is escaped already', 'U&"\\200b\u200b"', 'U&"\\200b\\200b"'],
    ['a dollar-quoted constant', `$x$it's\n\\$x$`, `E'it''s\\u000a\\\\'`],
    ['a quote of the other kind within', `"it's\u200b" 'say "\u200b"'`, `U&"it's\\200b" E'say "\\u200b"'`],
    ['blanks between words', 'create rule r as\n  on\tdelete', 'create rule r as on delete'],
  ])('writes what cannot be seen in a form that can be typed: %s', (_, statement, seen) => {
    expect(visibleSql(statement)).toBe(seen);
  });
});
