const LATER_THAN_11 = [
  /\bOFFSET\b/i,
  /\bFETCH\s+(FIRST|NEXT)\b/i,
  /\bIDENTITY\b/i,
  /\bON\s+OVERFLOW\b/i,
  /\bSTANDARD_HASH\b/i,
  /\bLATERAL\b/i,
  /\b(CROSS|OUTER)\s+APPLY\b/i,
  /\bJSON_\w+/i,
  /\bAPPROX_\w+/i,
  /\bWITH\s+(FUNCTION|PROCEDURE)\b/i,
  // Dictionary columns and views of 12c and later.
  /\b(IDENTITY_COLUMN|DEFAULT_ON_NULL|USER_GENERATED|EVALUATION_EDITION|ORACLE_MAINTAINED|INMEMORY\w*|COLLATION|CON_ID|CDB_\w+)\b/i,
];

/** What Oracle 11.2 would refuse in a statement, or what would be wrong there; empty for a clean one. */
export function refusedBy11g(sql: string): string[] {
  const bare = sql.replace(/'(?:[^']|'')*'/g, "''");
  return [
    ...LATER_THAN_11.filter((pattern) => pattern.test(bare)).map((pattern) => `uses ${String(pattern)}`),
    ...longNames(bare).map((name) => `identifier ${name} is longer than 30 bytes`),
    ...queryBlocks(bare)
      .filter((block) => /\bORDER BY\b/i.test(block) && /\bROWNUM\b/i.test(block))
      .map(() => 'takes ROWNUM in the query block that orders'),
    ...inLists(bare)
      .filter((list) => list.split(',').length > 1000)
      .map(() => 'has more than 1000 items in an IN list'),
  ];
}

function longNames(sql: string): string[] {
  const names = sql.match(/"[^"]+"|[A-Za-z][\w$#]*/g) ?? [];
  return names.filter((name) => Buffer.byteLength(name.replaceAll('"', '')) > 30);
}

/** The text of each parenthesised level on its own, the outermost one last. */
export function queryBlocks(sql: string): string[] {
  const done: string[] = [];
  const open: string[] = [''];
  for (const character of sql) {
    if (character === '(') open.push('');
    else if (character === ')') {
      done.push(open.pop() ?? '');
      if (open.length === 0) open.push('');
    } else open.push((open.pop() ?? '') + character);
  }
  return [...done, ...open];
}

function inLists(sql: string): string[] {
  return Array.from(sql.matchAll(/\bIN\s*\(([^()]*)\)/gi), ([, list = '']) => list);
}
