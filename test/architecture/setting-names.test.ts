import { SETTING_NAMES } from '../../src/config/setting-names';
import { sourceFiles, textOf } from '../support/source-files';

const names = Object.keys(SETTING_NAMES);

describe('.env.example', () => {
  it('lists each setting that is read, and no other', () => {
    const listed = [...textOf('.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual([...names].sort());
  });
});

describe('the environment', () => {
  it('is read in src/config only', () => {
    const readers = sourceFiles().filter(
      ({ path, text }) => text.includes('process.env') && !path.startsWith('src/config/'),
    );
    expect(readers.map(({ path }) => path)).toEqual([]);
  });

  it('is not met by the demo: nothing there names a setting', () => {
    const demo = sourceFiles().filter(({ path }) => path.startsWith('src/demo/') || path.startsWith('src/standin/'));
    expect(demo.filter(({ text }) => names.some((name) => text.includes(`'${name}'`))).map(({ path }) => path)).toEqual(
      [],
    );
  });
});
