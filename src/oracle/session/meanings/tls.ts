import type { TlsFault } from '../../../core/faults/tls-fault';
import { type Meaning, type Meanings } from './meaning';

/** Trying again cannot help: somebody has to change a certificate or a setting. */
const tls = (message: string, hint: string): Meaning => ({ code: 'SOURCE_TLS_FAILED', message, hint });

const TRUST =
  "Write the certificate of the server's CA (PEM) into a file and set NODE_EXTRA_CA_CERTS to its path before the command starts. Where the server asks for a client certificate: set ORACLE_WALLET_DIR to a folder whose ewallet.pem has the client's certificate and private key and the CA's certificate.";
const THICK_WALLET =
  'Thick mode reads the wallet that sqlnet.ora in ORACLE_WALLET_DIR names (WALLET_LOCATION): check its path and rights, and that it has the certificate of the CA.';
const NAME =
  'Write the host in ORACLE_CONNECT_STRING as the certificate has it, or name the certificate with (SECURITY=(SSL_SERVER_CERT_DN="…")) in the connect descriptor.';
const OTHER_DN = tls(
  'the certificate of the server has another DN than the connect descriptor asks for',
  'Correct SSL_SERVER_CERT_DN in the connect descriptor: `openssl s_client -connect host:port | openssl x509 -noout -subject` shows the DN.',
);
const NOT_OPENED = tls(
  'the wallet cannot be used',
  'ewallet.pem in ORACLE_WALLET_DIR must hold a certificate and its private key, which ORACLE_WALLET_PASSWORD opens. Where the server asks for no client certificate, unset ORACLE_WALLET_DIR and name the certificate of the CA with NODE_EXTRA_CA_CERTS.',
);

/** By what the driver quotes of Node and OpenSSL behind NJS-506. */
export const TLS_FAULTS: Readonly<Record<TlsFault, Meaning>> = {
  untrusted: tls('the certificate of the server is self-signed, or of a CA that this machine does not trust', TRUST),
  expired: tls(
    'the certificate of the server has expired',
    'Have the DBA renew it, and check the clock of this machine (`date`).',
  ),
  'not-yet-valid': tls(
    'the certificate of the server is not valid yet',
    'Check the clock of this machine (`date`); else have the DBA issue it anew.',
  ),
  'other-name': tls('the certificate of the server is of another host name', NAME),
  'no-tls': tls(
    'the port does not speak TLS',
    'Name the TCPS port of the listener (`lsnrctl status` shows it, often 2484), or leave tcps:// out of ORACLE_CONNECT_STRING.',
  ),
};

/** `ewallet.pem` is not where the settings say. */
export const NO_WALLET: Meaning = {
  code: 'CONFIG_INVALID',
  message: 'the wallet cannot be read',
  hint: 'Set ORACLE_WALLET_DIR to the folder that has ewallet.pem, readable by this user; unset it where there is no wallet.',
};

/** Numbers of TLS; ORA- numbers are those of Thick mode. */
export const TLS: Meanings = {
  'NJS-505': NOT_OPENED,
  'NJS-529': tls(
    'the wallet is not in PEM format',
    'ORACLE_WALLET_DIR must hold ewallet.pem (`orapki wallet` or openssl converts cwallet.sso and ewallet.p12), or use Thick mode.',
  ),
  'NJS-507': OTHER_DN,
  'ORA-29003': OTHER_DN,
  'NJS-508': TLS_FAULTS['other-name'],
  'ORA-29002': tls('the certificate of the server is refused', THICK_WALLET),
  'ORA-29024': tls('the certificate of the server is refused', THICK_WALLET),
  'ORA-28759': tls('the wallet cannot be opened', THICK_WALLET),
  // What the handshake failed of follows in the driver's text; a connection that broke off may come back.
  'NJS-506': {
    code: 'SOURCE_UNREACHABLE',
    message: 'the TLS handshake broke off',
    hint: 'Check that the port is the TCPS port of the listener (`lsnrctl status` shows it), and the log of the listener.',
    quote: true,
  },
};
