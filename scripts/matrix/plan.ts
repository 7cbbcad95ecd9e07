import { parseArgs } from 'node:util';

/** The package of each version, by the major version. The first Node.js is the oldest that package.json admits. */
export const NODES: Versions = { 20: '20.19.0', 22: '22.23.3', 24: '24.21.0' };
export const SERVERS: Versions = {
  ...{ 13: '13.23.0-beta.16', 14: '14.23.0-beta.17', 15: '15.18.0-beta.17' },
  ...{ 16: '16.14.0-beta.17', 17: '17.10.0-beta.17', 18: '18.4.0-beta.17' },
};
type Versions = Readonly<Record<number, string>>;

/** What touches the server: a load, its kill and resume, every type, what is set aside, the way back, repair, the pre-flight. */
const DATABASE_TESTS = [
  ...['test/contract/', 'test/database/run/migrate', 'test/database/run/kill', 'test/database/run/early-ends'],
  ...['test/database/encode/stored-types', 'test/database/encode/types-by-text', 'test/database/encode/encoders'],
  ...['test/database/compare/rows.test', 'test/database/objects/', 'test/database/foreign-keys/foreign-keys'],
  ...['test/database/reset/', 'test/database/repair/', 'test/database/preflight/', 'test/database/sequences/'],
  ...['test/database/ledger/', 'test/database/session/session', 'test/database/load/bad-rows'],
];
/** What depends on Node.js and not on the server. */
const NODE_TESTS = ['test/unit/', 'test/standin/'];

export const HELP = `npm run matrix -- [options]

Runs tests on each supported version of Node.js and of PostgreSQL and writes the result to docs/MATRIX.md.
Each PostgreSQL runs with the oldest Node.js, and each Node.js with the newest PostgreSQL, one after another.
Versions are installed from npm into a folder of their own; the project's node_modules stay as they are.

  --node 20        only these versions of Node.js (of ${Object.keys(NODES).join(', ')}); may be repeated
  --postgres 13    only these versions of PostgreSQL (of ${Object.keys(SERVERS).join(', ')}); may be repeated
  --every-pair     each Node.js with each PostgreSQL
  --all            the whole test suite; by default a selection of it
  --tests path     only these tests; may be repeated. Leaves docs/MATRIX.md as it is
  --cache folder   where the versions are installed; by default ~/.cache/cutover-matrix
  --workers 2      how many test files run at a time
  --plan           prints what would run, and ends
  --help           prints this

Example: npm run matrix -- --node 20 --postgres 13 --tests test/database/run/kill`;

/** One pair of versions and the tests that it runs; none means all. */
export interface Cell {
  readonly node: number;
  readonly postgres: number;
  readonly tests: readonly string[];
}

/** What the command line asks for. */
export interface MatrixOrder {
  readonly cells: readonly Cell[];
  readonly scope: 'selection' | 'all' | 'chosen';
  readonly cache: string | undefined;
  readonly workers: number;
  readonly action: 'run' | 'plan' | 'help';
}

/** Throws for an unknown option or version. */
export function matrixOrder(argv: readonly string[]): MatrixOrder {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      node: { type: 'string', multiple: true, default: Object.keys(NODES) },
      postgres: { type: 'string', multiple: true, default: Object.keys(SERVERS) },
      tests: { type: 'string', multiple: true },
      cache: { type: 'string' },
      workers: { type: 'string', default: '2' },
      'every-pair': { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      plan: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.all && values.tests) throw new RangeError('--all and --tests contradict each other');
  const workers = Number(values.workers);
  if (!(Number.isInteger(workers) && workers > 0)) throw new RangeError('--workers is a number above 0');
  const chosen = values.all ? [] : values.tests;
  return {
    cells: pairs(
      known('node', values.node, NODES),
      known('postgres', values.postgres, SERVERS),
      values['every-pair'],
    ).map(([node, postgres, withNode]) => ({ node, postgres, tests: chosen ?? selection(withNode) })),
    scope: values.all ? 'all' : values.tests ? 'chosen' : 'selection',
    cache: values.cache,
    workers,
    action: values.help ? 'help' : values.plan ? 'plan' : 'run',
  };
}

function known(option: string, asked: readonly string[], versions: Versions): number[] {
  const unknown = asked.find((version) => !(Object.keys(versions) as readonly string[]).includes(version));
  if (unknown !== undefined)
    throw new RangeError(`--${option} ${unknown} is none of ${Object.keys(versions).join(', ')}`);
  return [...new Set(asked.map(Number))].sort((a, b) => a - b);
}

/** Node.js, PostgreSQL, and whether the tests that depend on Node.js alone run here: on the newest server there is, once per Node.js. */
function pairs(nodes: readonly number[], servers: readonly number[], every: boolean): [number, number, boolean][] {
  const newest = Math.max(...Object.keys(SERVERS).map(Number));
  return servers.flatMap((server) => {
    const here = every || server === servers.at(-1) ? nodes : nodes.slice(0, 1);
    return here.map((node): [number, number, boolean] => [node, server, server === newest]);
  });
}

function selection(withNode: boolean): readonly string[] {
  return withNode ? [...DATABASE_TESTS, ...NODE_TESTS] : DATABASE_TESTS;
}

/** The plan as lines: one for each cell. */
export function planLines({ cells }: MatrixOrder): string {
  return cells
    .map(
      ({ node, postgres, tests }) => `Node.js ${node}  PostgreSQL ${postgres}  ${tests.join(' ') || 'the whole suite'}`,
    )
    .join('\n');
}
