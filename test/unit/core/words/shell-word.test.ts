import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { entityOptions, shellWord } from '../../../../src/core/words/shell-word';

/** The words that a POSIX shell makes of a text. */
function wordsOf(text: string): string[] {
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8', env: { HOME: '/home/of' } });
  return stdout.split('\0').slice(0, -1);
}

const HOSTILE = [
  "it's",
  '$HOME',
  '~',
  '~/x',
  '`id`',
  '*',
  '#x',
  '!x',
  'a;b',
  '{a,b}',
  'a\\b',
  '"',
  ' x ',
  '%s',
  '',
  'x=y',
];

describe('a word of a printed command', () => {
  it('is read by a shell as it was meant', () => {
    expect(wordsOf(HOSTILE.map(shellWord).join(' '))).toEqual(HOSTILE);
    const random = fc
      .sample(fc.string({ unit: 'grapheme' }), { numRuns: 200, seed: 8 })
      .filter((text) => !text.includes('\0'));
    expect(wordsOf(random.map(shellWord).join(' '))).toEqual(random);
  });

  it('stands as it is where a shell leaves it alone', () => {
    expect(['logs', './my-logs/2.0', 'coil,job', 'x~1'].map(shellWord)).toEqual([
      'logs',
      './my-logs/2.0',
      'coil,job',
      'x~1',
    ]);
  });

  it('is one for each entity', () => {
    expect([entityOptions([]), entityOptions(['coil', "scrap's"])]).toEqual(['', " --entity coil 'scrap'\\''s'"]);
  });
});
