import { fileName } from '../../../src/app/file-name';

describe('the name of a file in a printed command', () => {
  it.each([
    ['/project/differences.json', 'differences.json'],
    ['/project/evidence/d.json', 'evidence/d.json'],
    ['/elsewhere/d.json', '/elsewhere/d.json'],
    ['/projects/d.json', '/projects/d.json'],
  ])('leads from /project to %s', (path, expected) => {
    expect(fileName(path, '/project')).toBe(expected);
  });
});
