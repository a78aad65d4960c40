// What goes wrong in TLS, as error classes: the host's errors are told apart by their codes here and nowhere
// else. They are OSErrors, as Python's are, so a program that handles the network's errors handles these.

import { attempt } from '../../base/attempt.ts';
import { defineError } from '../../base/errorClass.ts';
import { ConnectionTimeoutError, OSError, osError } from '../../base/osError.ts';
import type { OSErrorDetails } from '../../base/osError.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import type { SocketAddress } from '../../transport/socketAddress.ts';
import { UNEXPECTED_EOF } from '../../transport/tls.ts';
import { tlsAdvice } from './tlsAdvice.ts';

/** A TLS operation failed; `code` is the host's (`'ERR_SSL_WRONG_VERSION_NUMBER'`), `library` and `reason` say
 * more where the TLS library does. Semantics: Python's ssl.SSLError.
 * @example
 * ```ts
 * import { OSError, SSLContext, SSLError } from 'asyncio-ts';
 * const context = new SSLContext('server');
 * try { context.loadCertChain({ cert: 'not PEM', key: 'neither' }); } catch (error) {
 *   console.log(error instanceof SSLError, error instanceof OSError); // -> true true
 * }
 * ```
 */
export class SSLError extends OSError {
  /** The part of the TLS library that refused: `'SSL routines'`. */
  declare readonly library: string | undefined;
  /** Its words for it: `'wrong version number'`. */
  declare readonly reason: string | undefined;
}

/** The certificate of the other side was refused; `code` says why (`'DEPTH_ZERO_SELF_SIGNED_CERT'`,
 * `'CERT_HAS_EXPIRED'`, `'ERR_TLS_CERT_ALTNAME_INVALID'`), `verifyMessage` in words.
 * Semantics: Python's ssl.SSLCertVerificationError.
 * @example
 * ```ts
 * import { SSLCertVerificationError, SSLError } from 'asyncio-ts';
 * console.log(SSLCertVerificationError.prototype instanceof SSLError); // -> true
 * ```
 */
export class SSLCertVerificationError extends SSLError {
  declare readonly verifyMessage: string;
}

/** The connection ended, and TLS had not said that no more would come (`'ERR_SSL_UNEXPECTED_EOF_WHILE_READING'`):
 * what was read may be a part only, cut by the peer's end or by anybody in between. Reads get what came before;
 * the one that would have met the end throws this. `sslSuppressRaggedEofs` turns it off.
 * Semantics: Python's ssl.SSLEOFError, which asyncio never raises for reads.
 * @example
 * ```ts
 * import { SSLEOFError, SSLError } from 'asyncio-ts';
 * console.log(SSLEOFError.prototype instanceof SSLError); // -> true
 * ```
 */
export class SSLEOFError extends SSLError {}

defineError(SSLEOFError, 'SSLEOFError');
defineError(SSLError, 'SSLError');
defineError(SSLCertVerificationError, 'SSLCertVerificationError');

// The names of X.509's verdicts, as OpenSSL, BoringSSL and rustls-based hosts give them in `code`.
const VERDICTS: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
]);

interface HostTlsError extends Error {
  code?: unknown;
  errno?: unknown;
  syscall?: unknown;
  library?: string;
  reason?: string;
}

/** Who the other side of a handshake is. */
export interface TlsPeer {
  readonly serverSide: boolean;
  /** The name that a client asked for. */
  readonly hostname?: string | undefined;
  readonly address?: SocketAddress | undefined;
}

// What goes wrong in a handshake says with whom, and what may be the matter.
function detailsOf(
  details: OSErrorDetails & { reason: string },
  peer: TlsPeer | undefined,
): OSErrorDetails {
  if (peer === undefined) return details;
  const { hostname, address, serverSide } = peer;
  const [host, port] = typeof address === 'string' ? [address || undefined] : (address ?? []);
  const reason = tlsAdvice(details.code, serverSide, details.reason);
  return { ...details, reason, hostname: hostname === host ? undefined : hostname, address: host, port };
}

/** What the host reports of a TLS connection, as ours. `operation` stands for the call that failed, `peer` is known in
 * a handshake. */
export function fromTlsError(error: unknown, operation: string, peer?: TlsPeer): unknown {
  // A protocol's own error may be here too, and may throw when it is looked at.
  return attempt(() => tlsErrorOf(error, operation, peer)) ?? error;
}

function tlsErrorOf(error: unknown, operation: string, peer: TlsPeer | undefined): unknown {
  if (error instanceof OSError || error instanceof ConnectionTimeoutError) {
    // What is below TLS was told first, and knows of no handshake.
    const reset = peer !== undefined && error.code === 'ECONNRESET' && error.syscall !== operation;
    return reset ? connectionReset(operation, peer, error) : error;
  }
  if (!(error instanceof Error)) return error;
  const { code, syscall, message, library, reason } = error as HostTlsError;
  if (typeof code !== 'string') return error;
  // Of the system's codes this one alone means TLS: what is written can't be encrypted any more.
  const system = typeof syscall === 'string' && code !== 'EPROTO';
  // A peer that went away before the handshake was over, also in the host's own words.
  if (code === 'ECONNRESET' && (peer !== undefined || !system))
    return connectionReset(operation, peer, error);
  if (system) return fromHostError(error);
  const words = VERDICTS.has(code) ? message : (reason ?? message);
  const details = { errno: 0, code, syscall: operation, reason: words, cause: error };
  if (VERDICTS.has(code)) {
    const verdict = new SSLCertVerificationError(detailsOf(details, peer));
    return Object.assign(verdict, { verifyMessage: message });
  }
  const type = code === UNEXPECTED_EOF ? SSLEOFError : SSLError;
  return Object.assign(new type(detailsOf(details, peer)), { library, reason: words });
}

/** The peer went away before the handshake was over. */
export function connectionReset(operation: string, peer: TlsPeer | undefined, cause?: unknown): unknown {
  const reason = 'the connection ended before the handshake was over';
  return osError(detailsOf({ errno: 104, code: 'ECONNRESET', syscall: operation, reason, cause }, peer));
}

/** The connection ended, and not TLS. */
export function cutShort(): SSLEOFError {
  const reason = 'the connection ended without the end of TLS: what came may be cut short';
  const error = new SSLEOFError({ errno: 0, code: UNEXPECTED_EOF, syscall: 'TLS connection', reason });
  return Object.assign(error, { library: undefined, reason: 'unexpected eof while reading' });
}

/** The handshake took too long. */
export function handshakeTimedOut(timeout: number, peer: TlsPeer): unknown {
  const reason = `it took longer than ${timeout} ms, which sslHandshakeTimeout sets`;
  return osError(detailsOf({ errno: 103, code: 'ECONNABORTED', syscall: 'TLS handshake', reason }, peer));
}
