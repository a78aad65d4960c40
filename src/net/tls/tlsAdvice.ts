// What a failed handshake says to the person who runs the program: what was the matter, and what to do. In place of the
// host's words where these say too little, by the code of its error. A server's are for who runs the server.

type Words = string | ((message: string) => string);

const UNKNOWN_AUTHORITY =
  "no authority that is trusted here has signed its certificate: trust yours by createDefaultContext('serverAuth', { cafile }), or have the server send its whole chain";
const NO_TLS = 'what came is no TLS: it may be a port for plain text, or for startTls';
const NO_VERSION = 'no version of TLS in common: see minimumVersion and maximumVersion of SSLContext';
const WANTED = 'it wants a certificate of this side: see loadCertChain';
const NOT_TRUSTED = 'it does not trust the certificate of this side';

// The host's own message ends with the names.
function wrongName(message: string): string {
  const names = /altnames: ((?:DNS|IP Address):.*)$/.exec(message)?.[1];
  const whose = names === undefined ? 'another name' : names.replaceAll(/(?:DNS|IP Address):/g, '');
  return `its certificate is for ${whose}: connect by that name, or give it as serverHostname`;
}

const CLIENT: ReadonlyMap<string, Words> = new Map<string, Words>([
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    "its certificate is self-signed: if it is yours, trust it by createDefaultContext('serverAuth', { cafile })",
  ],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  [
    'CERT_HAS_EXPIRED',
    'its certificate has expired: the server needs a new one, unless the clock of this machine is wrong',
  ],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet: is the clock of this machine wrong?'],
  ['INVALID_PURPOSE', 'its certificate is not one of a server'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', wrongName],
  ['HOSTNAME_MISMATCH', wrongName],
  ['ECONNRESET', 'the server ended the connection: it may not speak TLS there'],
]);

const SERVER: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['ERR_SSL_HTTP_REQUEST', 'the client spoke plain HTTP: its URL must begin with https'],
  ['ECONNRESET', 'the client ended the connection: it may not trust the certificate'],
]);

const EITHER: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_TLS],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', NO_TLS],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', NO_VERSION],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', NO_VERSION],
  ['ERR_SSL_NO_PROTOCOLS_AVAILABLE', NO_VERSION],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', NOT_TRUSTED],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', NOT_TRUSTED],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', NOT_TRUSTED],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', WANTED],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', `nothing in common, or ${WANTED}`],
]);

/** What one side of a handshake is told, in place of the host's `message` where there is something better. */
export function tlsAdvice(code: string, serverSide: boolean, message: string): string {
  const words = (serverSide ? SERVER : CLIENT).get(code) ?? EITHER.get(code) ?? message;
  return typeof words === 'string' ? words : words(message);
}
