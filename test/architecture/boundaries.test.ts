import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruised, type Cruised, type Import } from '../support/made-up-project';
import { ROOT, textOf } from '../support/source-files';
import { removeTemporaryFolders } from '../support/temporary-folder';

/** A row of the tables of ARCHITECTURE: what a room may import. */
interface Room {
  readonly name: string;
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
}

const DOCUMENT = textOf('docs/ARCHITECTURE.md');
const TABLE = documentedRooms();
const NAMES = TABLE.map(({ name }) => name);
const FOLDERS = NAMES.filter((name) => !name.endsWith('.ts'));
const PACKAGES = [...new Set(TABLE.flatMap(({ packages }) => packages))];
const CORE = (/then `([^`]+)`, each importing only those before it/.exec(DOCUMENT)?.[1] ?? '')
  .split(' ')
  .map((folder) => folder.replace('/', ''));

/** Made-up imports, each refused by a rule beside those of the table, or for what is not in it. */
const REFUSED: readonly (readonly [rule: string, ...Import])[] = [
  ['no-cycles', 'src/files/a.ts', 'src/files/b.ts'],
  ['loose-files-of-core-come-first', 'src/core/loose.ts', 'src/core/words/a.ts'],
  ['core-does-no-io', 'src/core/run/reads.ts', 'fs'],
  ['use-cases-are-loaded-when-called', 'src/commands/eager.ts', 'src/app/run-migration.ts'],
  ['use-cases-are-loaded-when-called', 'src/terminal/eager.ts', 'src/app/run-migration.ts'],
  ['use-cases-are-loaded-when-called', 'src/cli.ts', 'src/app/run-migration.ts'],
  ['services-of-oracle-stand-beside-each-other', 'src/oracle/target/a.ts', 'src/oracle/source/a.ts'],
  ['no-dev-dependencies-in-src', 'src/typeorm/dev.ts', 'jest'],
  ['scripts-use-support-of-tests-only', 'scripts/borrows.ts', 'test/unit/helper.ts'],
  ['tests-import-no-script', 'test/unit/borrows.test.ts', 'scripts/soak/plan.ts'],
  ['tests-of-a-script-import-no-other', 'test/docs/matrix.test.ts', 'scripts/soak/plan.ts'],
  ['tests-import-no-test', 'test/unit/borrows.test.ts', 'test/unit/other.test.ts'],
  ['support-imports-no-room-of-tests', 'test/support/borrows.ts', 'test/unit/helper.ts'],
  ['room files', 'src/files/tested.ts', 'test/support/shared.ts'],
  ['room files', 'src/files/scripted.ts', 'scripts/soak/plan.ts'],
  // One that nobody imports, and that imports nothing.
  ['no-orphans', 'src/files/orphan.ts', 'src/files/orphan.ts'],
];
const CYCLE_OF_FOLDERS: readonly Import[] = [
  ['src/postgres/one/a.ts', 'src/postgres/other/a.ts'],
  ['src/postgres/other/b.ts', 'src/postgres/one/b.ts'],
];

/** Made-up imports beside them that no rule refuses. */
const ADMITTED: readonly Import[] = [
  ['src/core/rows/hashes.ts', 'crypto'],
  ['src/commands/lazy.ts', 'src/app/use-cases-when-called.ts'],
  ['src/oracle/source/lower.ts', 'src/oracle/session/a.ts'],
  ['scripts/shares.ts', 'test/support/shared.ts'],
  ['test/unit/shares.test.ts', 'test/support/shared.ts'],
  ['test/database/soak-traces.test.ts', 'scripts/soak/plan.ts'],
];

function documentedRooms(): Room[] {
  const rows = DOCUMENT.match(/^\| `(?!oracle\/target).*\|$/gm) ?? [];
  const read = rows.flatMap((row) => {
    const [cell = '', , imports = ''] = row.split('|').slice(1, -1);
    const packages = imports.replace(/`[^`]*`|all rooms but|nothing/g, '').split(/[\s,;]+/);
    const names = (/`(.*)`/.exec(cell)?.[1] ?? '').split(' ').map((name) => name.replace('/', ''));
    return names.map((name) => ({ name, imports, packages: packages.filter(Boolean) }));
  });
  const folders = read.map(({ name }) => name).filter((name) => !name.endsWith('.ts'));
  return read.map(({ name, imports, packages }) => {
    const named = [...imports.matchAll(/`([^`]*)`/g)].map(([, room = '']) => room);
    const others = folders.filter((room) => room !== name && !named.includes(room));
    return { name, packages, rooms: imports.includes('all rooms but') ? others : named };
  });
}

const edgeOf = (room: string): string => (room.endsWith('.ts') ? `src/${room}` : `src/${room}/edge.ts`);

/** Each room imports all others and all packages, each folder of core all of core. */
function everyImport(): Import[] {
  const ofRooms = NAMES.flatMap((room) => [
    ...FOLDERS.filter((other) => other !== room).map((other): Import => [edgeOf(room), `src/${other}/leaf.ts`]),
    ...PACKAGES.map((name): Import => [edgeOf(room), name]),
  ]);
  const ofCore = CORE.flatMap((folder) =>
    CORE.filter((other) => other !== folder).map((other): Import => [
      `src/core/${folder}/edge.ts`,
      `src/core/${other}/leaf.ts`,
    ]),
  );
  return [...ofRooms, ...ofCore];
}

let found: Cruised;

beforeAll(() => {
  const refused = REFUSED.map(([, from, to]): Import => [from, to]);
  const imports: Import[] = [...everyImport(), ...refused, ...CYCLE_OF_FOLDERS, ...ADMITTED];
  imports.push(['src/files/b.ts', 'src/files/a.ts']);
  found = cruised(imports, { used: PACKAGES, inDevelopment: ['jest'] });
});

afterAll(removeTemporaryFolders);

function refusedBy(rule: string, from: string): string[] {
  return found.violations.filter((each) => each.rule.name === rule && each.from === from).map(({ to }) => to);
}

describe('the rules of imports', () => {
  it.each(TABLE)('let $name import what its row of ARCHITECTURE names, nothing else', ({ name, rooms, packages }) => {
    const refused = refusedBy(`room ${name}`, edgeOf(name)).filter((to) => to !== 'src/app/run-migration.ts');
    const others = FOLDERS.filter((room) => room !== name && !rooms.includes(room));
    expect(refused.sort()).toEqual(
      [...others.map((room) => `src/${room}/leaf.ts`), ...PACKAGES.filter((each) => !packages.includes(each))].sort(),
    );
  });

  it.each(CORE)('let core/%s import the folders before it, nothing else', (folder) => {
    const later = CORE.slice(CORE.indexOf(folder) + 1).map((other) => `src/core/${other}/leaf.ts`);
    expect(refusedBy(`core/${folder}`, `src/core/${folder}/edge.ts`).sort()).toEqual(later.sort());
  });

  it.each(REFUSED)('refuse by %s that %s imports %s', (rule, from, to) => {
    expect(refusedBy(rule, from)).toContain(to);
  });

  it('refuse by no-cycles-of-folders that folders import each other without a cycle of files', () => {
    expect(refusedBy('no-cycles-of-folders', 'src/postgres/one')).toEqual(['src/postgres/other']);
  });

  it.each(ADMITTED)('admit that %s imports %s', (from, to) => {
    expect(found.violations.filter((each) => each.from === from && each.to === to)).toEqual([]);
  });

  it('are each tried here', () => {
    const ofTable = [...NAMES.map((name) => `room ${name}`), ...CORE.map((name) => `core/${name}`)];
    const others = ['no-cycles-of-folders', ...REFUSED.map(([rule]) => rule)];
    expect([...found.rules].sort()).toEqual([...new Set([...ofTable, ...others])].sort());
  });
});

describe('the table of rooms in ARCHITECTURE', () => {
  it('has each file and folder of src', () => {
    expect(readdirSync(join(ROOT, 'src')).filter((name) => !NAMES.includes(name))).toEqual([]);
  });

  it('has each folder of core', () => {
    const folders = readdirSync(join(ROOT, 'src/core'), { withFileTypes: true }).filter((each) => each.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...CORE].sort());
  });
});

describe('a document about the structure', () => {
  it.each(['docs/ARCHITECTURE.md', 'docs/DECISIONS.md'])('(%s) names no file that is not there', (page) => {
    const named = textOf(page).match(/(?:\w[\w-]*\/)*\w[\w.-]*\.ts\b/g) ?? [];
    const there = ['src', 'test', 'scripts'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => `/${folder}/${name}`),
    );
    const isThere = (name: string): boolean =>
      there.some((path) => path.endsWith(`/${name}`) || path.endsWith(`-${name}`));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });
});
