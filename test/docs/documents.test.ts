import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildProgram } from '../../src/commands/program';
import { NOTHING_GIVEN } from '../../src/core/run/given-options';
import { commandContext } from '../support/command-world';

const ROOT = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Every `cutover …` between backquotes of a document, without the word itself. */
function commandsIn(document: string): string[] {
  return [...read(document).matchAll(/`(?:npx |npm run )?cutover(?: --)? ([a-z][^`]*)`/g)].map(
    (match) => match[1] ?? '',
  );
}

/** What is wrong with a command line: an unknown command or option; null for nothing. */
function faultOf(line: string): string | null {
  const [name = '', ...words] = line.split(/\s+/);
  const program = buildProgram(
    { ...commandContext({ directory: ROOT }), given: NOTHING_GIVEN, finish: () => undefined },
    '0',
  );
  const found = program.commands.find((candidate) => candidate.name() === name);
  if (found === undefined) return `unknown command: ${line}`;
  // `ledger drop` has options of its own.
  const command = found.commands.find((candidate) => candidate.name() === words[0]) ?? found;
  if (found.commands.length > 0 && command === found && words.length > 0) return `unknown command: ${line}`;
  const known = command.options.map(({ long }) => long);
  const unknown = words.find((word) => word.startsWith('--') && word !== '--help' && !known.includes(word));
  return unknown === undefined ? null : `unknown option ${unknown}: ${line}`;
}

describe('the documents', () => {
  it.each([['README.md'], ['QUICKSTART.md'], ['CHECKLIST.md'], ['docs/ERRORS.md'], ['docs/MAPPINGS.md']])(
    'name in %s only commands and options that exist',
    (document) => {
      expect(commandsIn(document).map(faultOf).filter(Boolean)).toEqual([]);
    },
  );

  it('prove every line of the checklist by a command or a file, or say that it is done by hand', () => {
    const lines = read('CHECKLIST.md').match(/^- \[ \](?:.|\n {2})*/gm) ?? [];
    expect(lines.length).toBeGreaterThan(15);
    expect(lines.filter((line) => !line.includes('`') && !line.includes('(by hand)'))).toEqual([]);
  });

  it('show in README a mapping that is the real one', () => {
    const [, shown = ''] = /```ts\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
    expect(shown.split('\n').length).toBeGreaterThan(9);
    expect(read('src/mappings/carriers.ts')).toContain(shown);
  });
});
