import { noteSecrets, redact, redactAll, secretsOf } from '../../../src/config/redact';

describe('redact', () => {
  it.each([
    ['postgres://u:secret@h/d', 'postgres://u:***@h/d'],
    ['at postgresql://u:p%40ss@h:5432/d and oracle://a:b@c', 'at postgresql://u:***@h:5432/d and oracle://a:***@c'],
    ['postgres://u@h/d?password=secret&x=1', 'postgres://u@h/d?password=***&x=1'],
    ['postgres://u@h/d', 'postgres://u@h/d'],
    ['postgres://u@azure:se@cret@h/d', 'postgres://u@azure:***@h/d'],
    ['postgres://u@h:5432/d?application_name=a@b', 'postgres://u@h:5432/d?application_name=a@b'],
    ['{"url":"postgres://u:secret@h","mail":"a@b"}', '{"url":"postgres://u:***@h","mail":"a@b"}'],
    ['time 12:30 and a@b.example', 'time 12:30 and a@b.example'],
  ])('turns %s into %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});

describe('secretsOf', () => {
  it('knows the password of a URL as written and as decoded', () => {
    expect(secretsOf({ DATABASE_URL: 'postgres://u:p%40ss@h/d', ORACLE_PASSWORD: 'tiger9' })).toEqual([
      'tiger9',
      'p%40ss',
      'p@ss',
    ]);
  });

  it.each([
    ['postgres://u:se@cret@h/d?x=a@b', 'se@cret'],
    ['postgres://u@azure:secret@h/d', 'secret'],
    ['postgres://u@h/d?sslmode=require&password=se%2Fcret', 'se/cret'],
  ])('knows that of %s, as the driver reads it', (url, password) => {
    expect(secretsOf({ DATABASE_URL: url })).toContain(password);
  });

  it('knows the password that the driver of the target takes from the environment', () => {
    expect(secretsOf({ DATABASE_URL: 'postgres://u@h/d', PGPASSWORD: 'lion77' })).toEqual(['lion77']);
  });

  it('knows what was noted for this environment, and for no other', () => {
    const environment = { ORACLE_PASSWORD: 'tiger9' };
    noteSecrets(environment, ['typed-one']);
    noteSecrets(environment, ['other-one']);
    expect(secretsOf(environment)).toEqual(['typed-one', 'other-one', 'tiger9']);
    expect(secretsOf({ ...environment })).toEqual(['tiger9']);
  });

  it('leaves out what is too short to be blanked out of ordinary text', () => {
    expect(secretsOf({ ORACLE_PASSWORD: 'a' })).toEqual([]);
  });
});

describe('redactAll', () => {
  it('blanks out a secret wherever it stands', () => {
    expect(redactAll('login with tiger9 failed', ['tiger9'])).toBe('login with *** failed');
  });
});
