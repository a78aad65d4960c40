// What a program hands in as `ssl`, checked at once and turned into one shape: how to put TLS over a connected
// stream. Nothing behind this knows which of the kinds it was.

import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import { InvalidArgumentError, UnsupportedError } from '../../base/errors.ts';
import { runtime } from '../../sys/host/host.ts';
import {
  createSecureContext,
  isSecureContext,
  peerVerifyError,
  wrapClient,
  wrapServer,
} from '../../sys/host/tls.ts';
import type { NodeDuplex, NodeSecureContext, NodeTlsSocket } from '../../sys/host/tls.ts';
import { ipVersion } from '../../sys/host/ipVersion.ts';
import { tlsInfo } from '../host/tlsInfo.ts';
import { createDefaultContext } from './createDefaultContext.ts';
import { SSLContext } from './sslContext.ts';
import type { VerifyMode } from './sslContext.ts';
import { fromTlsError } from './sslErrors.ts';

const HANDSHAKE_TIMEOUT = 60_000;
const SHUTDOWN_TIMEOUT = 30_000;

/** One TLS connection to be. */
export interface TlsRequest {
  readonly serverSide: boolean;
  /** The name that a client asked for; undefined for none. */
  readonly hostname: string | undefined;
  readonly handshakeTimeout: number;
  readonly shutdownTimeout: number;
  /** A connection that ends without the end of TLS has ended, and no more is said. */
  readonly suppressRaggedEofs: boolean;
  /** What `getExtraInfo('sslContext')` gives. */
  readonly sslContext: unknown;
  /** What a server demands of its client's certificate. */
  readonly clientCertificate: VerifyMode;
  /** Puts TLS over a connected stream; the handshake begins. */
  readonly wrap: (stream: NodeDuplex) => NodeTlsSocket;
}

export interface TlsRequestOptions {
  serverSide: boolean;
  /** The name that the server's certificate must be for; `''` checks none. */
  serverHostname?: string | undefined;
  /** 60,000 by default. */
  handshakeTimeout?: Duration | undefined;
  /** 30,000 by default. */
  shutdownTimeout?: Duration | undefined;
  /** False by default. */
  suppressRaggedEofs?: boolean | undefined;
}

type HostOptions = Record<string, unknown>;
type Wrapping = Pick<TlsRequest, 'sslContext' | 'clientCertificate' | 'wrap'>;

// A client's default context, made once: reading the authorities takes some milliseconds.
let usual: SSLContext | undefined;

/** `ssl` may be true (a client's default context), an {@link SSLContext}, node:tls's options, or its
 * SecureContext.
 * @throws InvalidArgumentError for anything else, and for options that don't go together */
export function normalizeTls(ssl: unknown, options: TlsRequestOptions): TlsRequest {
  const { serverSide, serverHostname } = options;
  if (serverHostname !== undefined && typeof serverHostname !== 'string') {
    throw new InvalidArgumentError('serverHostname', 'serverHostname must be a string');
  }
  const { suppressRaggedEofs: ragged } = options;
  if (ragged !== undefined && typeof ragged !== 'boolean') {
    throw new InvalidArgumentError('sslSuppressRaggedEofs', 'sslSuppressRaggedEofs must be a boolean');
  }
  return {
    serverSide,
    hostname: serverHostname || undefined,
    handshakeTimeout: checkTimeout(options.handshakeTimeout, HANDSHAKE_TIMEOUT, 'sslHandshakeTimeout'),
    shutdownTimeout: checkTimeout(options.shutdownTimeout, SHUTDOWN_TIMEOUT, 'sslShutdownTimeout'),
    suppressRaggedEofs: options.suppressRaggedEofs === true,
    ...(serverSide ? server(ssl) : client(ssl, serverHostname ?? '')),
  };
}

function client(ssl: unknown, hostname: string): Wrapping {
  if (ssl === true) {
    usual ??= createDefaultContext();
    return clientOf(usual, { checkHostname: hostname !== '', rejectUnauthorized: true }, hostname);
  }
  if (ssl instanceof SSLContext) {
    if (ssl.side !== 'client') throw wrongSide('a client');
    const { checkHostname, verifyMode } = ssl;
    if (checkHostname && hostname === '') throw nameMissing();
    return clientOf(ssl, { checkHostname, rejectUnauthorized: verifyMode !== 'none' }, hostname);
  }
  if (isSecureContext(ssl)) return hostClient(ssl, { secureContext: ssl }, hostname);
  if (isOptions(ssl)) return hostClient(ssl, { ...ssl, secureContext: secureContextOf(ssl) }, hostname);
  throw notTls(ssl);
}

function clientOf(
  context: SSLContext,
  { checkHostname, rejectUnauthorized }: { checkHostname: boolean; rejectUnauthorized: boolean },
  hostname: string,
): Wrapping {
  const options: HostOptions = { secureContext: context._secureContext(), rejectUnauthorized };
  if (!checkHostname) options['checkServerIdentity'] = () => undefined;
  if (context._alpnProtocols !== undefined) options['ALPNProtocols'] = context._alpnProtocols;
  return wrapping(context, { ...options, ...named(hostname) });
}

function hostClient(sslContext: unknown, options: HostOptions, hostname: string): Wrapping {
  const unchecked = options['rejectUnauthorized'] === false || options['checkServerIdentity'] !== undefined;
  if (!unchecked && hostname === '' && !options['servername']) throw nameMissing();
  return wrapping(sslContext, hostname === '' ? options : { ...options, ...named(hostname) });
}

function wrapping(sslContext: unknown, options: HostOptions): Wrapping {
  return { sslContext, clientCertificate: 'none', wrap: (stream) => wrapClient(stream, options) };
}

// A numeric address is compared with the certificate, and not sent as a name (RFC 6066).
function named(hostname: string): HostOptions {
  if (hostname === '') return {};
  return { host: hostname, servername: ipVersion(hostname) === 0 ? hostname : '' };
}

function server(ssl: unknown): Wrapping {
  if (ssl instanceof SSLContext) {
    if (ssl.side !== 'server') throw wrongSide('a server');
    if (!ssl._hasCertificate && ssl._servernameCallback === undefined) throw certificateMissing();
    const options: HostOptions = {
      secureContext: ssl._secureContext(),
      requestCert: ssl.verifyMode !== 'none',
      rejectUnauthorized: ssl.verifyMode === 'required',
      SNICallback: sniOf(ssl),
    };
    if (ssl._alpnProtocols !== undefined) options['ALPNProtocols'] = ssl._alpnProtocols;
    return serving(ssl, options, ssl.verifyMode);
  }
  if (isSecureContext(ssl)) return serving(ssl, { secureContext: ssl }, 'none');
  if (!isOptions(ssl)) throw notTls(ssl);
  const identity = ['cert', 'pfx', 'secureContext', 'SNICallback', 'pskCallback'];
  if (!identity.some((key) => ssl[key] !== undefined)) throw certificateMissing();
  const demanded = ssl['rejectUnauthorized'] === false ? 'none' : 'required';
  const secureContext = secureContextOf(ssl, { sessionIdContext: 'asyncio-ts' });
  return serving(ssl, { ...ssl, secureContext }, ssl['requestCert'] === true ? demanded : 'none');
}

function serving(sslContext: unknown, options: HostOptions, clientCertificate: VerifyMode): Wrapping {
  if (clientCertificate !== 'none' && runtime().name === 'deno') {
    throw new UnsupportedError('a TLS server cannot check client certificates on Deno');
  }
  return { sslContext, clientCertificate, wrap: (stream) => wrapServer(stream, options) };
}

type SniAnswer = (error: unknown, context?: NodeSecureContext) => void;

function sniOf(context: SSLContext): ((servername: string, answer: SniAnswer) => void) | undefined {
  const callback = context._servernameCallback;
  if (callback === undefined) return undefined;
  return (servername, answer) => {
    try {
      // Deno asks for the empty name where the others do not ask.
      if (servername === '') answer(null, context._secureContext());
      else answer(null, (callback(servername, context) ?? context)._secureContext());
    } catch (error) {
      answer(error);
    }
  };
}

// Contexts are costly and hold the tickets of sessions: one for each options object.
const made: WeakMap<object, NodeSecureContext> = new WeakMap();

function secureContextOf(options: HostOptions, defaults?: HostOptions): NodeSecureContext {
  const given = options['secureContext'];
  if (given !== undefined) return given as NodeSecureContext;
  const known = made.get(options);
  if (known !== undefined) return known;
  try {
    const context = createSecureContext({ ...defaults, ...options });
    made.set(options, context);
    return context;
  } catch (error) {
    throw new InvalidArgumentError('ssl', 'the options make no TLS context', {
      cause: fromTlsError(error, 'TLS context'),
    });
  }
}

/** What is wrong with the client's certificate. The host leaves it to the server to ask what it found out. */
export function refusedCertificate(tls: TlsRequest, socket: NodeTlsSocket): Error | undefined {
  const { clientCertificate: demanded } = tls;
  if (demanded === 'none') return undefined;
  if (demanded === 'optional' && tlsInfo(socket, 'peercert') === undefined) return undefined;
  return peerVerifyError(socket);
}

function isOptions(ssl: unknown): ssl is HostOptions {
  if (typeof ssl !== 'object' || ssl === null || Array.isArray(ssl)) return false;
  const prototype: unknown = Object.getPrototypeOf(ssl);
  return prototype === Object.prototype || prototype === null;
}

function checkTimeout(timeout: Duration | undefined, usually: number, argument: string): number {
  if (timeout === undefined) return usually;
  const milliseconds = toMilliseconds(timeout, argument);
  if (milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError(argument, `${argument} must be more than 0, not ${milliseconds}`);
}

function notTls(ssl: unknown): InvalidArgumentError {
  const what = ssl === null || typeof ssl !== 'object' ? String(ssl) : ssl.constructor?.name;
  return new InvalidArgumentError('ssl', `ssl must be an SSLContext or options of node:tls, not ${what}`);
}

function nameMissing(): InvalidArgumentError {
  return new InvalidArgumentError('serverHostname', 'a checked host name needs serverHostname');
}

function certificateMissing(): InvalidArgumentError {
  return new InvalidArgumentError('ssl', 'TLS of a server needs a certificate: see loadCertChain');
}

function wrongSide(side: string): InvalidArgumentError {
  return new InvalidArgumentError('ssl', `this SSLContext is not for ${side}: make it for that side`);
}
