import { fileName } from '../../../src/app/file-name';

describe('the name of a file in a printed command', () => {
  it.each([
    ['/work/differences.json', 'differences.json'],
    ['/work/evidence/d.json', 'evidence/d.json'],
    ['/elsewhere/d.json', '/elsewhere/d.json'],
    ['/workshop/d.json', '/workshop/d.json'],
  ])('leads from /work to %s', (path, expected) => {
    expect(fileName(path, '/work')).toBe(expected);
  });
});
