/** Who may import whom: docs/ARCHITECTURE.md draws it, this file holds it, test/architecture/boundaries.test.ts tries each rule. */

/** Folders of core, each importing only those before it. */
const CORE = ['words', 'faults', 'waits', 'mapping', 'canonical', 'transforms', 'comparison'];
CORE.push('run', 'ports', 'rows', 'sources', 'checks');

/** What a room, or one of the two files that stand in none, may import of ours and of packages. */
const ROOMS = {
  core: [],
  // The outside world is seen through the ports of core.
  migrate: ['core'],
  validate: ['core'],
  report: ['core'],
  discover: ['core'],
  partition: ['core'],
  sync: ['core'],
  cloud: ['core'],
  beliefs: ['core'],
  // What speaks to one system never imports what speaks to another.
  oracle: ['core', 'oracledb'],
  postgres: ['core', 'pg pg-copy-streams'],
  typeorm: ['core', 'typeorm'],
  'class-validator': ['core', 'class-validator reflect-metadata'],
  files: ['core'],
  config: ['core', 'dotenv @swc/core pirates'],
  entities: ['', 'class-validator typeorm'],
  mappings: ['core entities'],
  // The embedded Oracle shares no code with what it tests; only the demo knows it.
  standin: ['', 'pg'],
  demo: ['standin', 'pg'],
  app: [
    'core migrate validate report discover partition sync cloud beliefs oracle postgres typeorm class-validator files config entities mappings demo',
    'reflect-metadata',
  ],
  // A person's rooms are the outermost: nothing else imports them.
  terminal: [
    'app core config report files',
    'winston picocolors cli-progress string-width @inquirer/prompts commander',
  ],
  commands: ['terminal app core report', 'commander'],
  'cli.ts': ['commands terminal app config', 'reflect-metadata'],
  'index.ts': ['app migrate report config core'],
};

/** Scripts with tests of their own, which are named after them. */
const TESTED = '(matrix|product-faults|soak)';

const wordsOf = (list = '') => list.split(' ').filter(Boolean);
const pathOf = (room) => (room.endsWith('.ts') ? `^src/${room.replace('.', '[.]')}$` : `^src/${room}/`);
const packageOf = (name) => `^node_modules/(@types/)?${name}/`;

function error(name, { from, to, comment }) {
  return { name, severity: 'error', from, to, ...(comment && { comment }) };
}

function ofRoom([room, [ours, packages]]) {
  const allowed = [pathOf(room), ...wordsOf(ours).map(pathOf), ...wordsOf(packages).map(packageOf)];
  return error(`room ${room}`, {
    from: { path: pathOf(room) },
    to: { pathNot: allowed, dependencyTypesNot: ['core'] },
  });
}

function ofCoreFolder(folder, at) {
  const allowed = CORE.slice(0, at + 1).map((before) => `^src/core/${before}/`);
  return error(`core/${folder}`, {
    from: { path: `^src/core/${folder}/` },
    to: { path: '^src/core/[^/]+/', pathNot: allowed },
  });
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    error('no-cycles', { from: {}, to: { circular: true } }),
    {
      ...error('no-cycles-of-folders', { from: {}, to: { circular: true } }),
      comment: 'folders import each other in one direction only',
      scope: 'folder',
    },
    ...Object.entries(ROOMS).map(ofRoom),
    ...CORE.map(ofCoreFolder),
    error('loose-files-of-core-come-first', {
      from: { path: '^src/core/[^/]+[.]ts$' },
      to: { path: '^src/core/[^/]+/' },
    }),
    error('core-does-no-io', {
      comment: 'of Node, core may use hashing only',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    }),
    error('use-cases-are-loaded-when-called', {
      comment: 'what leads to a driver is seen as a type, so that help and a mistyped option answer at once',
      from: { path: '^src/(commands|terminal|cli[.]ts$)' },
      to: {
        path: '^src/app/',
        pathNot: '^src/app/(use-cases-when-called|as-migration-error)[.]ts$',
        dependencyTypesNot: ['type-only'],
      },
    }),
    error('services-of-oracle-stand-beside-each-other', {
      from: { path: '^src/oracle/(source|target|partition|cloud)/' },
      to: { path: '^src/oracle/(source|target|partition|cloud)/', pathNot: '^src/oracle/$1/' },
    }),
    error('no-dev-dependencies-in-src', {
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    }),
    error('scripts-use-support-of-tests-only', {
      from: { path: '^scripts/' },
      to: { path: '^test/', pathNot: '^test/support/' },
    }),
    error('tests-import-no-script', {
      comment: 'what a test and a script share stands in test/support',
      from: { path: '^test/', pathNot: `/${TESTED}[^/]*[.]test[.]ts$` },
      to: { path: '^scripts/' },
    }),
    error('tests-of-a-script-import-no-other', {
      from: { path: `^test/.*/${TESTED}[^/]*[.]test[.]ts$` },
      to: { path: '^scripts/', pathNot: '^scripts/$1(/|[.]ts$)' },
    }),
    error('tests-import-no-test', { from: { path: '^test/' }, to: { path: '[.]test[.]ts$' } }),
    error('support-imports-no-room-of-tests', {
      from: { path: '^test/support/' },
      to: { path: '^test/', pathNot: '^test/support/' },
    }),
    error('no-orphans', {
      comment: 'a file nobody imports is dead',
      from: { orphan: true, pathNot: '^src/(cli|index)[.]ts$' },
      to: {},
    }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
