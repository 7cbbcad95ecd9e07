/** Who may import whom: docs/ARCHITECTURE.md draws it, this file holds it. */
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-is-pure',
      comment: 'core knows no driver, no ORM, no CLI, no other folder',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'core-does-no-io',
      comment: 'of Node, core may use hashing only',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'use-cases-see-core-only',
      comment: 'migrate, validate and report see the outside world through the ports of core',
      severity: 'error',
      from: { path: '^src/(migrate|validate|report)/' },
      to: { path: '^src/', pathNot: ['^src/core/', '^src/$1/'] },
    },
    {
      name: 'outside-world-sees-core-and-itself',
      comment: 'what speaks to one system never imports what speaks to another',
      severity: 'error',
      from: { path: '^src/(oracle|postgres|typeorm|class-validator|files|memory)/' },
      to: { path: '^src/', pathNot: ['^src/core/', '^src/$1/'] },
    },
    {
      name: 'mappings-are-data',
      severity: 'error',
      from: { path: '^src/mappings/' },
      to: { path: '^src/', pathNot: '^src/(core|entities|mappings)/' },
    },
    {
      name: 'entities-are-leaves',
      severity: 'error',
      from: { path: '^src/entities/' },
      to: { path: '^src/', pathNot: '^src/entities/' },
    },
    {
      name: 'standin-stands-alone',
      comment: 'the embedded Oracle is a server of its own and shares no code with what it tests',
      severity: 'error',
      from: { path: '^src/standin/' },
      to: { path: '^src/', pathNot: '^src/standin/' },
    },
    {
      name: 'product-does-not-know-the-standin',
      severity: 'error',
      from: { path: '^src/(?!app|demo|standin)' },
      to: { path: '^src/(standin|demo)/' },
    },
    {
      name: 'nothing-imports-commands',
      comment: 'what a person types is the outermost room; the program is handed to the terminal by cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(commands/|cli\\.ts$)' },
      to: { path: '^src/commands/' },
    },
    {
      name: 'the-library-has-no-terminal',
      severity: 'error',
      from: { path: '^src/(?!commands/|terminal/|cli\\.ts$)' },
      to: { path: '^src/terminal/' },
    },
    { name: 'src-never-imports-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'no-dev-dependencies-in-src',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer', 'type-only'] },
    },
    {
      name: 'no-orphans',
      comment: 'a file nobody imports is dead',
      severity: 'error',
      from: { orphan: true, pathNot: ['^src/(cli|index)\\.ts$'] },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
