import { OraError } from '../../contract/ora-error';
import type { TypeName } from './ast';
import type { Cursor } from './cursor';

const ALIASES: Readonly<Record<string, string>> = {
  VARCHAR: 'VARCHAR2',
  INTEGER: 'NUMBER',
  INT: 'NUMBER',
  SMALLINT: 'NUMBER',
  DECIMAL: 'NUMBER',
  DEC: 'NUMBER',
  NUMERIC: 'NUMBER',
  CHARACTER: 'CHAR',
  'DOUBLE PRECISION': 'FLOAT',
  REAL: 'FLOAT',
  'NATIONAL CHARACTER': 'NCHAR',
};
const IMPLIED: Readonly<Record<string, readonly (number | '*')[]>> = {
  INTEGER: ['*', 0],
  INT: ['*', 0],
  SMALLINT: ['*', 0],
  DECIMAL: ['*', 0],
  DEC: ['*', 0],
  NUMERIC: ['*', 0],
  REAL: [63],
};
const KNOWN = new Set(
  'VARCHAR2 NVARCHAR2 CHAR NCHAR NUMBER FLOAT LONG DATE TIMESTAMP INTERVAL RAW BINARY_FLOAT BINARY_DOUBLE ROWID UROWID CLOB NCLOB BLOB'.split(
    ' ',
  ),
);

function argument(cursor: Cursor): number | '*' {
  if (cursor.accept('*')) return '*';
  const sign = cursor.accept('-') ? -1 : 1;
  const token = cursor.take();
  if (token.type !== 'number') throw new OraError(910, 'specified length too long for its datatype', token.position);
  return sign * Number(token.text);
}

function charUsed(cursor: Cursor): 'B' | 'C' | undefined {
  if (cursor.accept('BYTE')) return 'B';
  return cursor.accept('CHAR') ? 'C' : undefined;
}

function baseName(cursor: Cursor): string {
  const position = cursor.position;
  const word = cursor.take().text;
  if (word === 'LONG' && cursor.accept('RAW')) return 'LONG RAW';
  if (word === 'DOUBLE' && cursor.accept('PRECISION')) return 'DOUBLE PRECISION';
  if (!KNOWN.has(word) && ALIASES[word] === undefined) throw new OraError(902, 'invalid datatype', position);
  return word;
}

function optionalArguments(cursor: Cursor): Pick<TypeName, 'arguments' | 'charUsed'> {
  if (!cursor.accept('(')) return { arguments: [] };
  const values = [argument(cursor)];
  const used = charUsed(cursor);
  while (cursor.accept(',')) values.push(argument(cursor));
  cursor.expect(')');
  return used === undefined ? { arguments: values } : { arguments: values, charUsed: used };
}

function intervalType(cursor: Cursor, position: number): TypeName {
  if (cursor.accept('YEAR')) {
    const years = optionalArguments(cursor).arguments;
    cursor.expect('TO', 'MONTH');
    return { name: 'INTERVAL YEAR TO MONTH', arguments: years, position };
  }
  cursor.expect('DAY');
  const days = optionalArguments(cursor).arguments;
  cursor.expect('TO', 'SECOND');
  const seconds = optionalArguments(cursor).arguments;
  return { name: 'INTERVAL DAY TO SECOND', arguments: [days[0] ?? 2, seconds[0] ?? 6], position };
}

function zone(cursor: Cursor): string {
  if (cursor.accept('WITH', 'LOCAL', 'TIME', 'ZONE')) return 'TIMESTAMP WITH LOCAL TIME ZONE';
  return cursor.accept('WITH', 'TIME', 'ZONE') ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
}

/** A data type, synonyms resolved (`INTEGER` → `NUMBER(*,0)`). ORA-00902 for an unknown one. */
export function parseType(cursor: Cursor): TypeName {
  const position = cursor.position;
  const word = baseName(cursor);
  if (word === 'INTERVAL') return intervalType(cursor, position);
  const given = optionalArguments(cursor);
  const values = given.arguments.length > 0 ? given.arguments : (IMPLIED[word] ?? []);
  const name = word === 'TIMESTAMP' ? zone(cursor) : (ALIASES[word] ?? word);
  return { ...given, name, arguments: values, position };
}
