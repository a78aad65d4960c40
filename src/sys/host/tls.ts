// The door to the host's TLS: node:tls, and what of node:stream and node:fs goes with it, opened when TLS is
// first asked for. What the host creates is created at the root context, as in net.ts.

import process from 'node:process';
import type { Duplex, DuplexOptions } from 'node:stream';
import type * as Tls from 'node:tls';
import { runAtRoot } from './storage.ts';

/** The host's TLS socket: what `getExtraInfo('sslObject')` gives. */
export type NodeTlsSocket = Tls.TLSSocket;
/** Made by node:tls from keys and certificates. */
export type NodeSecureContext = Tls.SecureContext;
export type NodeSecureContextOptions = Tls.SecureContextOptions;
export type NodeTlsConnectOptions = Tls.ConnectionOptions;
/** Options of a server of the host's. */
export type NodeTlsListenOptions = Tls.TlsOptions;
export type NodeTlsServerOptions = Tls.TLSSocketOptions;
export type NodeCipher = Tls.CipherNameAndProtocol;
export type NodePeerCertificate = Tls.PeerCertificate;
export type NodeDuplex = Duplex;
export type NodeDuplexOptions = DuplexOptions;

// The host's modules, opened when first needed.
let tls: typeof Tls | undefined;
let stream: { Duplex: typeof Duplex } | undefined;

function tlsModule(): typeof Tls {
  return (tls ??= process.getBuiltinModule('node:tls'));
}

/** @throws the host's error for keys and certificates that it cannot read */
export function createSecureContext(options: NodeSecureContextOptions): NodeSecureContext {
  return runAtRoot(() => tlsModule().createSecureContext(options));
}

export function isSecureContext(value: unknown): value is NodeSecureContext {
  const { SecureContext } = tlsModule() as unknown as { SecureContext?: abstract new () => object };
  if (SecureContext !== undefined && value instanceof SecureContext) return true;
  return typeof value === 'object' && value !== null && 'context' in value;
}

/** The host's default certificate authorities, as PEM. */
export function defaultAuthorities(): readonly string[] {
  const module = tlsModule() as typeof Tls & { getCACertificates?: (type: string) => string[] };
  return module.getCACertificates?.('default') ?? module.rootCertificates;
}

/** The client's end over a connected stream; the handshake begins. */
export function wrapClient(socket: NodeDuplex, options: NodeTlsConnectOptions): NodeTlsSocket {
  return runAtRoot(() => tlsModule().connect({ ...options, socket }));
}

/** The server's end over a connected stream; the handshake begins when the client speaks. */
export function wrapServer(socket: NodeDuplex, options: NodeTlsServerOptions): NodeTlsSocket {
  return runAtRoot(() => new (tlsModule().TLSSocket)(socket, { ...options, isServer: true }));
}

/** Errors after the handshake become `'error'` events of a server's side: without a server of its own the host
 * keeps them for one that will never ask. A client's are from the start. */
export function releaseErrors(socket: NodeTlsSocket): void {
  (socket as { _releaseControl?: () => boolean })._releaseControl?.();
}

const below: unique symbol = Symbol('asyncio-ts.below');
const cut: unique symbol = Symbol('asyncio-ts.cut');
type Cuttable = NodeTlsSocket & { [below]?: NodeDuplex; [cut]?: boolean };

/** From now on it is noted how the socket ends; see {@link wasCut}. `stream` is what is below TLS. */
export function noteCut(socket: NodeTlsSocket, stream: NodeDuplex): void {
  (socket as Cuttable)[below] = stream;
  socket.push = pushNoting;
}

/** The socket's data ended because what is below TLS did, and TLS had not said so. Bun can't tell, over sockets. */
export function wasCut(socket: NodeTlsSocket): boolean {
  return (socket as Cuttable)[cut] === true;
}

// The host says the end in the very moment at which it learns of it. If that was TLS's word, what is below has
// not ended yet.
function pushNoting(this: Cuttable, chunk: unknown, encoding?: BufferEncoding): boolean {
  if (chunk === null && this[below] !== undefined) this[cut] = hasEnded(this[below]);
  const { push } = Object.getPrototypeOf(this) as NodeTlsSocket;
  return push.call(this, chunk, encoding);
}

interface StreamHandle {
  reading?: boolean;
  readStart?(): number;
  readStop?(): number;
}

// A socket whose handle TLS reads does not know of its end itself. Its handle does: it stops at the end, so that
// it can be started anew, which a handle that is reading refuses (EALREADY). One that was told to stop has met
// no end.
function hasEnded(stream: NodeDuplex): boolean {
  const { _handle: handle } = stream as { _handle?: StreamHandle | null };
  if (typeof handle?.readStart !== 'function') return stream.readableEnded;
  if (handle.reading !== true || handle.readStart() !== 0) return false;
  handle.readStop?.();
  return true;
}

/** What is wrong with the client's certificate, as a server sees it after the handshake. */
export function peerVerifyError(socket: NodeTlsSocket): Error | undefined {
  const { ssl } = socket as unknown as { ssl?: { verifyError?: () => Error | null | undefined } };
  return ssl?.verifyError?.() ?? undefined;
}

/** A host stream with the methods given, made at the root context. */
export function createDuplex(options: NodeDuplexOptions): NodeDuplex {
  return runAtRoot(() => new (stream ??= process.getBuiltinModule('node:stream')).Duplex(options));
}

/** A small file, read at once: keys and certificates. @throws the host's error */
export function readFileNow(path: string): Buffer {
  return process.getBuiltinModule('node:fs').readFileSync(path);
}
