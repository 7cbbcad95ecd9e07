/** Why a TLS connection was refused, in the words of Node and OpenSSL: each has a remedy of its own. */
export type TlsFault = 'untrusted' | 'expired' | 'not-yet-valid' | 'other-name' | 'no-tls';

/** By what Node calls the fault, as a code or in the text of the error; the first that matches counts. */
const FAULTS: readonly (readonly [TlsFault, RegExp])[] = [
  [
    'untrusted',
    /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)|self[- ]signed certificate|unable to (?:verify the first|get (?:local )?issuer) certificate|server certificate unauthorized/i,
  ],
  ['expired', /CERT_HAS_EXPIRED|certificate has expired/i],
  ['not-yet-valid', /CERT_NOT_YET_VALID|certificate is not yet valid/i],
  ['other-name', /ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames/i],
  [
    'no-tls',
    /WRONG_VERSION_NUMBER|wrong version number|packet length too long|unsupported protocol|does not support SSL connections/i,
  ],
];

/** Null for what is no fault of TLS; a connection that breaks off during the handshake is none. */
export function tlsFaultOf(error: unknown): TlsFault | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code = '', message = '' } = error as Partial<NodeJS.ErrnoException>;
  const text = `${code} ${message}`;
  return FAULTS.find(([, form]) => form.test(text))?.[0] ?? null;
}
