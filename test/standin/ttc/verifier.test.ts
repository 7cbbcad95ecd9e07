import { createCipheriv, createDecipheriv, createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import { challenge, verify, type Challenge } from '../../../src/standin/ttc/verifier';

const IV = Buffer.alloc(16);

function aes(direction: 'encrypt' | 'decrypt', key: Buffer, bytes: Buffer): Buffer {
  const make = direction === 'encrypt' ? createCipheriv : createDecipheriv;
  const cipher = make('aes-256-cbc', key, IV).setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

interface ClientAnswer {
  readonly pairs: ReadonlyMap<string, string>;
  /** With which the client reads the proof of the server. */
  readonly key: Buffer;
}

/** The client's side of the 12C verifier, by STANDIN-PROTOCOL §4. */
function answer({ pairs }: Pick<Challenge, 'pairs'>, password: string): ClientAnswer {
  const asked = new Map(pairs.map(([name, value]) => [name, value]));
  const hexOf = (name: string): Buffer => Buffer.from(asked.get(name)!, 'hex');
  const salt = hexOf('AUTH_VFR_DATA');
  const rounds = Number(asked.get('AUTH_PBKDF2_VGEN_COUNT'));
  const speedy = Buffer.concat([salt, Buffer.from('AUTH_PBKDF2_SPEEDY_KEY')]);
  const key = pbkdf2Sync(password, speedy, rounds, 64, 'sha512');
  const hash = createHash('sha512').update(key).update(salt).digest().subarray(0, 32);
  const serverKey = aes('decrypt', hash, hexOf('AUTH_SESSKEY'));
  const clientKey = randomBytes(32);
  const both = Buffer.concat([clientKey, serverKey]).toString('hex').toUpperCase();
  const combo = pbkdf2Sync(
    both,
    hexOf('AUTH_PBKDF2_CSK_SALT'),
    Number(asked.get('AUTH_PBKDF2_SDER_COUNT')),
    32,
    'sha512',
  );
  const clear = Buffer.concat([randomBytes(16), Buffer.from(password)]);
  const padding = 16 - (clear.length % 16);
  const padded = Buffer.concat([clear, Buffer.alloc(padding, padding)]);
  return {
    key: combo,
    pairs: new Map([
      ['AUTH_SESSKEY', aes('encrypt', hash, clientKey).toString('hex')],
      ['AUTH_PASSWORD', aes('encrypt', combo, padded).toString('hex').toUpperCase()],
    ]),
  };
}

describe('the 12C verifier', () => {
  it.each(['x', 'exactly sixteen!', 'Correct horse 42', 'Grüße 漢字', 'p'.repeat(200)])(
    'admits who knows the password %s, and proves that the server does',
    async (password) => {
      const asked = await challenge(password);
      const { pairs, key } = answer(asked, password);
      const proof = aes('decrypt', key, Buffer.from((await verify(asked, pairs))!, 'hex'));
      expect(proof.subarray(16).toString()).toBe('SERVER_TO_CLIENT');
    },
  );

  it('asks in the form of 12C, in other words each time', async () => {
    const [one, two] = [await challenge('x'), await challenge('x')];
    expect(one.pairs.find(([name]) => name === 'AUTH_VFR_DATA')?.[2]).toBe(0x4815);
    for (const name of ['AUTH_SESSKEY', 'AUTH_VFR_DATA', 'AUTH_PBKDF2_CSK_SALT']) {
      const [a, b] = [one, two].map(({ pairs }) => pairs.find(([key]) => key === name)?.[1]);
      expect(a).toMatch(/^(?:[0-9A-F]{32}){1,2}$/);
      expect(a).not.toBe(b);
    }
  });

  it('denies a wrong password, an unknown user, and what is no answer', async () => {
    const asked = await challenge('right');
    const { pairs } = answer(asked, 'wrong');
    expect(await verify(asked, pairs)).toBeUndefined();
    const unknown = await challenge(undefined);
    expect(unknown.pairs.map(([name]) => name)).toEqual(asked.pairs.map(([name]) => name));
    expect(await verify(unknown, answer(unknown, '').pairs)).toBeUndefined();
    for (const value of ['', 'zz', 'AB', '00'.repeat(15)]) {
      const bad = new Map([...pairs, ['AUTH_PASSWORD', value] as const]);
      expect(await verify(asked, bad)).toBeUndefined();
    }
    expect(await verify(asked, new Map())).toBeUndefined();
  });
});
