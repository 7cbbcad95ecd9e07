import { are, counted, grouped } from '../counted';
import type { Issue } from '../issues';
import { namesTable } from '../sources/not-migrated';
import { isForgotten, isUnaccounted, undecidedRows, untakenRows, type SourceAccount } from '../run/source-accounts';
import type { SourceScope } from '../sources/source-scope';
import type { SourceSurvey } from '../sources/survey-sources';
import { didYouMean } from '../mapping/nearest-name';

/** `warning` before a run, `error` in a verdict: a run that leaves something behind without a reason is not complete. */
type Level = 'warning' | 'error';

/** What the dictionary says against the mappings of a project taken together. */
export function surveyIssues(survey: SourceSurvey, scope: SourceScope): Issue[] {
  return [...readsUnseen(survey), ...spelledTwice(survey), ...unaccounted(survey), ...astray(survey, scope)];
}

/** Tables that nothing reads and rows that no mapping takes, for no reason given. */
export function accountIssues(accounts: readonly SourceAccount[], level: Level): Issue[] {
  const unmapped = unmappedTables(accounts, level);
  return [
    // That temporary tables are left is for a check to say.
    ...unmapped.filter((issue) => issue.level !== 'info'),
    ...accounts.flatMap((account) => untaken(account, level)),
    ...accounts.flatMap((account) => [
      ...refused(account, level),
      ...undecided(account, level),
      ...unsaid(account, level),
    ]),
  ];
}

/** Named in a message at most. */
const MOST_NAMED = 20;

/** One finding for each owner. Temporary tables are named with the others, and alone they are no matter. */
export function unmappedTables(accounts: readonly SourceAccount[], level: Level): Issue[] {
  const unread = accounts.filter((account) => isForgotten({ ...account, mark: null }));
  const owners = [...new Set(unread.map(ownerOf))];
  return owners.map((owner) => {
    const own = unread.filter((account) => ownerOf(account) === owner);
    const named = own.slice(0, MOST_NAMED).map(({ source, mark }) => {
      return `${source.slice(owner.length + 1)}${mark === null ? '' : ` (${mark})`}`;
    });
    const more = own.length > MOST_NAMED ? ` and ${grouped(own.length - MOST_NAMED)} more` : '';
    return {
      code: 'SOURCE_TABLES_UNMAPPED',
      level: own.some(isForgotten) ? level : 'info',
      subject: owner,
      message: `${counted(own.length, 'table')} ${are(own.length)} read by no mapping: ${named.join(', ')}${more}`,
      hint: `Map them, or say in the config why they stay: notMigrated: { '${own[0]?.source ?? ''}': 'reason' }. Only tables that this user may see are known.`,
    };
  });
}

function ownerOf({ source }: SourceAccount): string {
  return source.slice(0, source.indexOf('.'));
}

function untaken(account: SourceAccount, level: Level): Issue[] {
  const rows = untakenRows(account);
  if (rows === 0) return [];
  const { source, claims } = account;
  const total = account.rows?.total ?? 0;
  const entities = claims.map(({ entity }) => entity).join(', ');
  return [
    {
      code: 'SOURCE_ROWS_UNTAKEN',
      level,
      subject: source,
      message: `${grouped(rows)} of ${counted(total, 'row')} ${are(rows)} taken by no mapping (${entities})`,
      hint: "Take them by a mapping (where: rest()), or say in one of these why they stay: rest: 'reason'.",
    },
  ];
}

/** How many rows a table has that stays behind as a whole is no matter of its mappings. */
function refused(account: SourceAccount, level: Level): Issue[] {
  const { source, problem, claims } = account;
  if (problem === null || claims.length === 0) return [];
  const hint =
    "Write the condition so that it holds for a row by itself (no ROWNUM), or say in one of its mappings why rows stay: rest: 'reason'.";
  return [{ ...rowsUnaccounted(source, problem, hint), level: isUnaccounted(account) ? level : 'warning' }];
}

/** A view or query that reads a mapped table may take what its mappings leave; nothing says which rows. */
function undecided(account: SourceAccount, level: Level): Issue[] {
  const rows = undecidedRows(account);
  if (rows === 0) return [];
  const { source, claims, readBy } = account;
  const of = `${grouped(rows)} of ${counted(account.rows?.total ?? 0, 'row')} ${are(rows)} taken by no mapping of the table`;
  const entities = claims.map(({ entity }) => entity).join(', ');
  const problem = `${of} (${entities}), and which of them the view or query of ${readBy.join(', ')} takes is not known`;
  const hint = `Take them by a mapping (where: rest()), or say in one of these why they need none, for example that ${readBy[0] ?? ''} takes them: rest: 'reason'.`;
  return [{ ...rowsUnaccounted(source, problem, hint), level }];
}

/** What a check says by the mapping is said by the source where a run is judged. */
function unsaid({ kind, readsUnsaid = [] }: SourceAccount, level: Level): Issue[] {
  return level === 'warning' ? [] : readsUnsaid.map((entity) => ({ ...readsUnknown(entity, kind), level }));
}

function readsUnknown(entity: string, kind: SourceAccount['kind']): Issue {
  return rowsUnaccounted(
    entity,
    `it reads a ${kind}, and does not say which tables that reads`,
    "Name the tables whose rows it migrates: reads: ['OWNER.TABLE']; none: reads: [].",
  );
}

function rowsUnaccounted(subject: string, problem: string, hint: string): Issue {
  const message = `rows of it that no mapping takes cannot be accounted for: ${problem}`;
  return { code: 'SOURCE_ROWS_UNACCOUNTED', level: 'warning', subject, message, hint };
}

/** A query or a view reads rows that nobody can count by it; naming its tables says that they are migrated. */
function unaccounted({ groups }: SourceSurvey): Issue[] {
  return groups.flatMap(({ table, mappings }) =>
    table.kind === 'table'
      ? []
      : mappings.filter(({ reads }) => reads === null).map(({ entity }) => readsUnknown(entity, table.kind)),
  );
}

/** A name that leads nowhere would account for no rows, in silence. */
function readsUnseen({ unseen, groups, others }: SourceSurvey): Issue[] {
  const known = [...groups.map(({ table }) => table.name), ...others];
  return unseen.map(({ entity, name }) => {
    const names = known.map((table) => (name.includes('.') ? `${table.owner}.${table.name}` : table.name));
    return {
      code: 'SOURCE_TABLE_MISSING' as const,
      level: 'error' as const,
      subject: entity,
      message: `it reads ${name}, which is not in the source, or not visible to this user`,
      hint: didYouMean(
        name,
        names,
        'Write the names in `reads` as in the dictionary, with their owner; or grant the user SELECT.',
      ),
    };
  });
}

/** The others of a table are found by the name that the mappings write. */
function spelledTwice({ groups }: SourceSurvey): Issue[] {
  return groups.flatMap(({ table, mappings }) => {
    const written = mappings.map(({ source }) => [source.owner, source.name].join('.').toUpperCase());
    const rest = mappings.find(({ takesRest }) => takesRest);
    if (rest === undefined || new Set(written).size === 1) return [];
    return [
      {
        code: 'REST_UNCERTAIN' as const,
        level: 'error' as const,
        subject: rest.entity,
        message: `it takes the rest of ${table.name.owner}.${table.name.name}, which other mappings name in another way`,
        hint: 'Write the name of the table alike in all of them, with its owner or without.',
      },
    ];
  });
}

/** A reason that is given for nothing may have been meant for something. */
function astray({ groups, others }: SourceSurvey, { notMigrated }: SourceScope): Issue[] {
  const tables = [
    ...groups.map(({ table }) => ({ ...table.name, use: 'takes rows of' as const })),
    ...others.map((other) => ({ ...other, use: other.readBy.length > 0 ? ('reads' as const) : null })),
  ];
  return Object.keys(notMigrated).flatMap((pattern) => {
    const named = tables.filter((table) => namesTable(pattern, table));
    const mapped = named.flatMap(({ name, use }) => (use === null ? [] : [`${use} ${name}`]));
    if (named.length > 0 && (mapped.length === 0 || pattern.includes('%'))) return [];
    const message =
      named.length === 0 ? 'no table of the mapped owners has that name' : `a mapping ${mapped.join(', ')}`;
    return [
      {
        code: 'NOT_MIGRATED_ASTRAY' as const,
        level: 'warning' as const,
        subject: pattern,
        message: `notMigrated: ${message}`,
        hint: "Names are those of the dictionary (upper case); `%` stands for any characters, `_` for itself. Rows of a mapped table: rest: 'reason'.",
      },
    ];
  });
}
