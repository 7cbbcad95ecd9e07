import { createCipheriv, createDecipheriv, createHash, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);

const VERIFIER_12C = 18453;
/** Oracle's own number of rounds for the key of a password. */
const VERIFIER_ROUNDS = 4096;
const SESSION_ROUNDS = 3;
const SPEEDY_KEY = Buffer.from('AUTH_PBKDF2_SPEEDY_KEY');
const SERVER_TO_CLIENT = Buffer.from('SERVER_TO_CLIENT');
const SALT_BYTES = 16;
const NO_IV = Buffer.alloc(16);

const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();

function encrypt(key: Buffer, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-cbc', key, NO_IV).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

function decrypt(key: Buffer, secret: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', key, NO_IV).setAutoPadding(false);
  return Buffer.concat([decipher.update(secret), decipher.final()]);
}

/** What the server keeps between the two phases of a login. */
export interface Challenge {
  readonly password: string | undefined;
  readonly hash: Buffer;
  readonly serverKey: Buffer;
  readonly sessionSalt: Buffer;
  /** Key, value and flags of the first response. */
  readonly pairs: readonly (readonly [string, string, number?])[];
}

/**
 * First phase of the 12C verifier. An unknown user (`password` undefined) gets a challenge as good as any, so that names
 * cannot be probed; it fails in the second phase.
 */
export async function challenge(password: string | undefined, rounds = VERIFIER_ROUNDS): Promise<Challenge> {
  const salt = randomBytes(SALT_BYTES);
  const sessionSalt = randomBytes(SALT_BYTES);
  const serverKey = randomBytes(32);
  const secret = password === undefined ? randomBytes(32) : Buffer.from(password, 'utf8');
  const key = await derive(secret, Buffer.concat([salt, SPEEDY_KEY]), rounds, 64, 'sha512');
  const hash = createHash('sha512').update(key).update(salt).digest().subarray(0, 32);
  return {
    password,
    hash,
    serverKey,
    sessionSalt,
    pairs: [
      ['AUTH_SESSKEY', hex(encrypt(hash, serverKey))],
      ['AUTH_VFR_DATA', hex(salt), VERIFIER_12C],
      ['AUTH_PBKDF2_CSK_SALT', hex(sessionSalt)],
      ['AUTH_PBKDF2_VGEN_COUNT', String(rounds)],
      ['AUTH_PBKDF2_SDER_COUNT', String(SESSION_ROUNDS)],
    ],
  };
}

function unpadded(bytes: Buffer): Buffer {
  const padding = bytes[bytes.length - 1] ?? 0;
  return padding >= 1 && padding <= 16 ? bytes.subarray(0, bytes.length - padding) : bytes;
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function samePassword(given: Buffer, expected: string | undefined): boolean {
  const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
  const same = timingSafeEqual(digest(given), digest(Buffer.from(expected ?? '', 'utf8')));
  return same && expected !== undefined;
}

const HEX_BLOCKS = /^(?:[0-9A-Fa-f]{32})+$/;

/** Second phase: the proof for the client (AUTH_SVR_RESPONSE), or undefined if the password is not right. */
export async function verify(asked: Challenge, answer: ReadonlyMap<string, string>): Promise<string | undefined> {
  const clientKey = answer.get('AUTH_SESSKEY') ?? '';
  const password = answer.get('AUTH_PASSWORD') ?? '';
  if (!HEX_BLOCKS.test(clientKey) || !HEX_BLOCKS.test(password)) return undefined;
  const both = hex(
    Buffer.concat([decrypt(asked.hash, Buffer.from(clientKey, 'hex')).subarray(0, 32), asked.serverKey]),
  );
  const combined = await derive(both, asked.sessionSalt, SESSION_ROUNDS, 32, 'sha512');
  const clear = unpadded(decrypt(combined, Buffer.from(password, 'hex'))).subarray(SALT_BYTES);
  if (!samePassword(clear, asked.password)) return undefined;
  return hex(encrypt(combined, Buffer.concat([randomBytes(16), SERVER_TO_CLIENT])));
}
