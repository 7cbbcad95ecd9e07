import type { BackendError, OraErrorLike, Translation } from '../contract/translation';

type Wording = (error: BackendError, translation: Translation | undefined) => readonly [number, string];

function quoted(error: BackendError): string {
  return [error.schema, error.table, error.column].map((part) => `"${part ?? '?'}"`).join('.');
}

function constraintName(error: BackendError): string {
  return `${error.schema ?? '?'}.${error.constraint ?? '?'}`;
}

function foreignKey(error: BackendError): readonly [number, string] {
  const isParent = (error.detail ?? '').includes('is still referenced') || error.message.startsWith('update or delete');
  return isParent
    ? [2292, `integrity constraint (${constraintName(error)}) violated - child record found`]
    : [2291, `integrity constraint (${constraintName(error)}) violated - parent key not found`];
}

/** The stand-in's words for what PostgreSQL reports, by SQLSTATE. */
const BY_STATE: Readonly<Record<string, Wording>> = {
  '23505': (error) => [1, `unique constraint (${constraintName(error)}) violated`],
  '23502': (error, translation) =>
    translation?.text.startsWith('UPDATE') === true
      ? [1407, `cannot update (${quoted(error)}) to NULL`]
      : [1400, `cannot insert NULL into (${quoted(error)})`],
  '23503': foreignKey,
  '23514': (error) => [2290, `check constraint (${constraintName(error)}) violated`],
  '22003': () => [1438, 'value larger than specified precision allowed for this column'],
  '22012': () => [1476, 'divisor is equal to zero'],
  '22P02': (error) =>
    /numeric|double|integer/.test(error.message)
      ? [1722, 'invalid number']
      : [1861, 'literal does not match format string'],
  '22007': () => [1861, 'literal does not match format string'],
  '22008': () => [1841, '(full) year must be between -4713 and +9999, and not be 0'],
  '22023': (error) =>
    error.message.includes('hexadecimal') ? [1465, 'invalid hex number'] : [1760, 'illegal argument for function'],
  '22019': () => [1425, 'escape character must be character string of length 1'],
  '22025': () => [1424, 'missing or illegal character following the escape character'],
  '22026': () => [12899, 'value too large for column'],
  '42804': () => [932, 'inconsistent datatypes'],
  '42846': () => [932, 'inconsistent datatypes'],
  '42883': () => [932, 'inconsistent datatypes'],
  '42803': () => [979, 'not a GROUP BY expression'],
  '42P01': () => [942, 'table or view does not exist'],
  '42703': () => [904, 'invalid identifier'],
  '42P07': () => [955, 'name is already used by an existing object'],
  '42710': () => [955, 'name is already used by an existing object'],
  '42830': () => [2270, 'no matching unique or primary key for this column-list'],
  '0A000': (error) =>
    error.message.startsWith('cannot truncate')
      ? [2266, 'unique/primary keys in table referenced by enabled foreign keys']
      : [3001, `unimplemented feature: ${error.message}`],
  '2BP01': () => [2449, 'unique/primary keys in table referenced by foreign keys'],
  '21000': () => [1427, 'single-row subquery returns more than one row'],
  '55P03': () => [54, 'resource busy and acquire with NOWAIT specified or timeout expired'],
  '40P01': () => [60, 'deadlock detected while waiting for resource'],
  '40001': () => [8177, "can't serialize access for this transaction"],
  '57014': () => [1013, 'user requested cancel of current operation'],
  '55000': () => [8002, 'sequence is not yet defined in this session'],
  '3B001': () => [1086, 'savepoint never established'],
};

/** What DDL finds wrong with rows that are there. */
const OF_ROWS: Readonly<Record<string, Wording>> = {
  '23505': (error, translation) => {
    if (translation?.text.includes('stored_constraint') !== true)
      return [1452, 'cannot CREATE UNIQUE INDEX; duplicate keys found'];
    const isPrimary = translation.text.includes(' PRIMARY KEY (');
    return isPrimary
      ? [2437, `cannot validate (${constraintName(error)}) - primary key violated`]
      : [2299, `cannot validate (${constraintName(error)}) - duplicate keys found`];
  },
  '23503': (error) => [2298, `cannot validate (${constraintName(error)}) - parent keys not found`],
  '23514': (error) => [2293, `cannot validate (${constraintName(error)}) - check constraint violated`],
  '23502': (error) => [2296, `cannot enable (${error.schema ?? '?'}.) - null values found`],
};

const OWN = /^ORA-(\d{5}): ([^]*)$/;

/** The Oracle error of a PostgreSQL error. What is not in the table becomes ORA-03001 with PostgreSQL's message, never ORA-00600. */
export function oracleError(error: BackendError, translation: Translation | undefined): OraErrorLike {
  const own = OWN.exec(error.message);
  if (own !== null) return { ora: Number(own[1]), message: error.message, position: -1 };
  const ofRows = translation?.kind === 'ddl' ? OF_ROWS[error.sqlState] : undefined;
  const wording = ofRows ?? BY_STATE[error.sqlState];
  if (wording === undefined) {
    const message = `ORA-03001: unimplemented feature: the stand-in's database said ${error.sqlState} ${error.message}`;
    return { ora: 3001, message, position: -1 };
  }
  const [ora, text] = wording(error, translation);
  return { ora, message: `ORA-${String(ora).padStart(5, '0')}: ${text}`, position: -1 };
}
