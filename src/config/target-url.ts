import { accessSync, constants, statSync } from 'node:fs';
import { SPECIAL_CHARACTERS } from '../core/words/special-characters';

/** What is wrong with the URL of the target, in words that follow its name and repeat nothing of it; null where nothing is. */
export function faultOfUrl(url: string): string | null {
  if (!/^postgres(ql)?:\/\//.test(url)) return 'does not begin with postgres://';
  if (/\s/.test(url)) return 'has a blank: write it as %20';
  if (/%(?![0-9a-f]{2})/i.test(url)) return `has a % that begins no escape: write ${SPECIAL_CHARACTERS}`;
  return faultOfPassword(url) ?? faultOfParts(url);
}

/** A special character in a password ends the part of the URL that it stands in: what is read then is another host or database. */
function faultOfPassword(url: string): string | null {
  const [, authority = '', path = '', query = ''] = PARTS.exec(url) ?? [];
  const isCut = url.includes('#') || path.includes('@') || (query.includes('@') && !authority.includes('@'));
  return isCut ? `is cut short by a special character: write ${SPECIAL_CHARACTERS}` : null;
}

const PARTS = /^\w+:\/\/([^/?#]*)([^?#]*)(\?[^#]*)?/;

function faultOfParts(url: string): string | null {
  const parsed = parsedUrl(url);
  if (parsed === null) return `is not a URL: write ${SPECIAL_CHARACTERS}`;
  if (![parsed.username, parsed.password].every(isText)) return 'has an escape that is no character of UTF-8';
  if (parsed.pathname.length < 2) return 'names no database';
  for (const name of FILES) {
    const path = parsed.searchParams.get(name);
    if (path !== null && !isReadable(path)) return `names a file in ${name} that this user cannot read`;
  }
  return null;
}

const FILES = ['sslrootcert', 'sslcert', 'sslkey'];

/** Without a host, as for a socket, the driver puts one in. */
function parsedUrl(url: string): URL | null {
  const written = url.replace('@/', '@localhost/');
  return URL.canParse(written) ? new URL(written) : null;
}

function isText(escaped: string): boolean {
  try {
    decodeURIComponent(escaped);
    return true;
  } catch {
    return false;
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return !statSync(path).isDirectory();
  } catch {
    return false;
  }
}
