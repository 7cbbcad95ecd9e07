import type { Environment } from './environment';

/** Replaces the password of every URL in a text by `***`; the rest stays as it is. */
export function redact(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/[^\s:/?#]*):(?:[^\s/"]*|[^\s@/]*)(?=@)/gi, '$1:***')
    .replace(SECRET_PARAMETER, '$1***');
}

const SECRET_PARAMETER = /([?&](?:password|sslpassword)=)[^\s&#]*/gi;

const SECRET_NAMES = ['ORACLE_PASSWORD', 'ORACLE_WALLET_PASSWORD', 'PGPASSWORD'];

const noted = new WeakMap<Environment, Set<string>>();

/** Remembers passwords that did not come by the environment (a config file's, typed ones), so that `secretsOf` it knows them. */
export function noteSecrets(environment: Environment, secrets: readonly string[]): void {
  noted.set(environment, new Set([...(noted.get(environment) ?? []), ...secrets]));
}

/** The passwords that an environment holds, as written and as decoded from a URL, and the noted ones; the longest first. */
export function secretsOf(environment: Environment): readonly string[] {
  const named = SECRET_NAMES.map((name) => environment[name] ?? '');
  const others = noted.get(environment) ?? [];
  const secrets = [...named, ...passwordsIn(environment['DATABASE_URL'] ?? ''), ...others];
  return [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
}

/** Shorter ones would blank out ordinary words of a message, and so give themselves away. */
const SHORTEST_SECRET = 4;

/** Blanks out URL passwords and the given secrets wherever they stand in a text. */
export function redactAll(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), redact(text));
}

/** Up to the first @ and up to the last one, which the driver takes for the end, and those of the query. */
const PASSWORDS = [
  /:\/\/[^\s:/?#]*:([^\s@]*)@/,
  /:\/\/[^\s:/?#]*:([^\s/]*)@/,
  /[?&]password=([^\s&#]*)/,
  /[?&]sslpassword=([^\s&#]*)/,
];

function passwordsIn(url: string): string[] {
  const written = PASSWORDS.flatMap((form) => form.exec(url)?.[1] ?? []);
  return written.flatMap((password) => [password, decoded(password)]);
}

function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
