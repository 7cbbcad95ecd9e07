const FOUR = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const SIX = /^(?=[^:]*:)[\da-f:.]+$/i;

/** `address/length` of the network; an address of a host alone has the length of its family. */
export function canonicalAddress(text: string): string {
  const slash = text.indexOf('/');
  const host = slash === -1 ? text : text.slice(0, slash);
  const length = slash === -1 ? null : text.slice(slash + 1);
  if (FOUR.test(host)) return `${host}/${length ?? '32'}`;
  const six = SIX.test(host) ? inUrl(host) : null;
  return six === null ? text : `${six}/${length ?? '128'}`;
}

/** URLs have one text for each such address. */
function inUrl(host: string): string | null {
  try {
    return new URL(`http://[${host}]/`).hostname.slice(1, -1);
  } catch {
    return null;
  }
}

/** `08:00:2b:01:02:03`, of six or eight bytes. */
export function canonicalHardwareAddress(text: string): string {
  const digits = text.replace(/[^\da-f]/gi, '').toLowerCase();
  if (digits.length !== 12 && digits.length !== 16) return text;
  return digits.replace(/(..)(?=.)/g, '$1:');
}
