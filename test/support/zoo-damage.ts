/** What is done to one row of the target, and what must be found in it. */
export const DAMAGE: readonly (readonly [what: string, sql: string, kind: string, ...properties: string[]])[] = [
  ['a deleted row', 'delete from animal where id = 12', 'missing'],
  ['a row nobody asked for', `insert into animal (id, words) values (4711, 'x')`, 'extra'],
  [
    'one character of a long text',
    'update animal set notes = overlay(notes placing $$X$$ from 1234 for 1) where id = 55',
    'different',
    'notes',
  ],
  [
    'a text cut short',
    'update animal set "nationalNotes" = left("nationalNotes", 2) where id = 54',
    'different',
    'nationalNotes',
  ],
  ['upper for lower case', 'update animal set national = upper(national) where id = 23', 'different', 'national'],
  ['a trailing blank', 'update animal set words = words || $$ $$ where id = 15', 'different', 'words'],
  ['a padding that was dropped', 'update animal set kept = rtrim(kept) where id = 25', 'different', 'kept'],
  ["'' for NULL", 'update animal set decoded = $$$$ where id = 1', 'different', 'decoded'],
  ["NULL for ''", 'update animal set decoded = null where id = 14', 'different', 'decoded'],
  ['the 19th digit of a number', 'update animal set exact = exact + 1 where id = 7', 'different', 'exact'],
  ['the last bit of a double', 'update animal set double = 0.10000000000000002 where id = 48', 'different', 'double'],
  ['a microsecond', 'update animal set seen = seen + interval $$1 microsecond$$ where id = 38', 'different', 'seen'],
  [
    'a shift by a time zone',
    'update animal set born = born at time zone $$UTC$$ at time zone $$Europe/Paris$$ where id = 37',
    'different',
    'born',
  ],
  [
    'a moment in another zone',
    'update animal set moved = moved + interval $$3 hours$$ where id = 42',
    'different',
    'moved',
  ],
  [
    'swapped columns',
    'update animal set exact = "as_double", "as_double" = exact where id = 8',
    'different',
    'exact',
    'asDouble',
  ],
  ['a foreign key to the wrong parent', 'update animal set keeper_id = 3 where id = 62', 'different', 'keeperId'],
  ['a foreign key that was cleared', 'update animal set keeper_id = null where id = 61', 'different', 'keeperId'],
  [
    'a blob cut short',
    'update animal set picture = substr(picture, 1, 1) where id = 55',
    'different',
    'notes',
    'picture',
  ],
  [
    'a changed member of a document',
    `update animal set traits = jsonb_set(traits, '{b}', '1.51') where id = 56`,
    'different',
    'traits',
  ],
  ['a document written otherwise', `update animal set diet = '{"b": 1.5}' where id = 57`, 'different', 'diet'],
  ['an element of an array', 'update animal set weights[1] = 3 where id = 58', 'different', 'weights'],
  [
    'an interval',
    'update animal set gestation = gestation + interval $$1 day$$ where id = 2',
    'different',
    'gestation',
  ],
  ['the sign of an interval', 'update animal set nap = -nap where id = 1', 'different', 'nap'],
  ['the sign of a part of an interval', `update animal set nap = '-00:00:00.000001' where id = 2`, 'different', 'nap'],
];

/** In a table without a key, where rows are known by all that is in them. */
export const TRACES: readonly (readonly [what: string, sql: string, kind: string, ...properties: string[]])[] = [
  ['a row doubled', 'insert into trace select * from trace where place = $$d$$', 'doubled'],
  ['a changed value', 'update trace set count = 9 where place = $$e$$', 'different', 'count'],
  [
    'one row of two that are the same',
    'delete from trace where ctid = (select min(ctid) from trace where place = $$b$$)',
    'missing',
  ],
];
