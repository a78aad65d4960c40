// What listens for the engine on node:http: one socket for HTTP/1.1, with or without TLS, or one that hands each connection to
// the protocol that it speaks.
//
// 1. Without HTTP/2 the host's server listens by itself.
// 2. With it, a client says by ALPN or, without TLS, by its first bytes, which protocol it speaks.

import { createServer as createHttpServer } from 'node:http';
import type { Server as HttpServer, ServerOptions } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { Http2Server, ServerHttp2Session } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { Server as TcpServer, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Server as TlsServer, TLSSocket } from 'node:tls';
import { UnsupportedError } from '../../asyncio.ts';
import { runtime } from '../../lowlevel.ts';
import type { EngineLimits } from '../engine/exchange.ts';
import type { TlsIdentities } from './tlsIdentity.ts';

export interface NodeServers {
  /** Listens. */
  readonly listener: TcpServer;
  readonly http1: HttpServer;
  readonly http2: Http2Server | undefined;
  /** Takes the identities as they are now. */
  updateTls(): void;
}

export interface ServerWishes {
  readonly limits: EngineLimits;
  readonly tls: TlsIdentities | undefined;
  readonly http2: boolean;
  /** A connection is there, with TLS after its handshake. */
  readonly connected: (socket: Socket) => void;
  /** One of HTTP/2. */
  readonly session: (session: ServerHttp2Session, socket: Socket) => void;
}

/** The first bytes of HTTP/2. */
const PREFACE = 'PRI';

export function createServers(wishes: ServerWishes): NodeServers {
  const { limits, tls, http2, connected } = wishes;
  const options = http1Options(limits);
  if (http2) return dispatching(wishes, options);
  if (tls === undefined) {
    const server = prepared(createHttpServer(options), limits);
    server.on('connection', connected);
    return { listener: server, http1: server, http2: undefined, updateTls: () => {} };
  }
  const server = createHttpsServer({
    ...options,
    ...tls.first,
    SNICallback: tls.choose,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: handshakeTime(limits),
  });
  server.on('secureConnection', connected);
  const updateTls = (): void => server.setSecureContext(tls.first);
  return { listener: server, http1: prepared(server, limits), http2: undefined, updateTls };
}

function dispatching(wishes: ServerWishes, options: ServerOptions): NodeServers {
  const { limits, tls, connected, session } = wishes;
  if (runtime().name !== 'node')
    throw new UnsupportedError(`HTTP/2 is served on Node only: ${runtime().name} has no door for it`);
  const http1 = prepared(createHttpServer(options), limits);
  // It looks after the times of its connections from now on.
  http1.emit('listening');
  const http2 = createHttp2Server({
    settings: {
      maxConcurrentStreams: 100,
      ...(Number.isFinite(limits.maxHeadSize) && { maxHeaderListSize: limits.maxHeadSize }),
    },
    // Those that are a few too many are answered, and not reset.
    maxHeaderListPairs: finite(Math.max(128, 2 * limits.maxFields), 2 ** 30),
  });
  const speak = (socket: Socket, isHttp2: boolean): void => {
    if (isHttp2) http2.once('session', (made) => session(made, socket));
    (isHttp2 ? http2 : http1).emit('connection', socket);
  };
  const accept = (socket: Socket): void => {
    connected(socket);
    if (tls !== undefined) speak(socket, (socket as TLSSocket).alpnProtocol === 'h2');
    else bySight(socket, limits, (isHttp2) => speak(socket, isHttp2));
  };
  const listener: TcpServer | TlsServer =
    tls === undefined
      ? createTcpServer({ noDelay: true, pauseOnConnect: false }, accept)
      : createTlsServer(
          {
            ...tls.first,
            SNICallback: tls.choose,
            ALPNProtocols: ['h2', 'http/1.1'],
            handshakeTimeout: handshakeTime(limits),
          },
          accept,
        );
  if (Number.isFinite(limits.maxConnections)) listener.maxConnections = limits.maxConnections;
  listener.on('close', () => {
    http1.close(() => {});
    http2.close();
  });
  const updateTls = (): void => {
    if (tls !== undefined) (listener as TlsServer).setSecureContext(tls.first);
  };
  return { listener, http1, http2, updateTls };
}

/** Tells by the first bytes whether a client speaks HTTP/2. */
function bySight(socket: Socket, limits: EngineLimits, speak: (isHttp2: boolean) => void): void {
  const time = Number.isFinite(limits.headTimeout) ? limits.headTimeout : 0;
  let bytes = Buffer.alloc(0);
  const giveUp = (): void => void socket.destroy();
  const look = (): void => {
    const more = socket.read() as Buffer<ArrayBuffer> | null;
    if (more === null) return;
    bytes = Buffer.concat([bytes, more]);
    const beginning = bytes.toString('latin1', 0, PREFACE.length);
    // They may come one by one.
    if (beginning !== PREFACE && PREFACE.startsWith(beginning)) return;
    for (const event of ['timeout', 'error', 'end']) socket.off(event, giveUp);
    socket.off('readable', look).setTimeout(0);
    socket.unshift(bytes);
    speak(beginning === PREFACE);
  };
  for (const event of ['timeout', 'error', 'end']) socket.on(event, giveUp);
  socket.on('readable', look).setTimeout(time);
}

function prepared<S extends HttpServer>(server: S, limits: EngineLimits): S {
  const { maxConnections, maxRequestsPerConnection } = limits;
  // The host would leave out what is beyond it without a word.
  server.maxHeadersCount = 0;
  if (Number.isFinite(maxConnections)) server.maxConnections = maxConnections;
  if (Number.isFinite(maxRequestsPerConnection)) server.maxRequestsPerSocket = maxRequestsPerConnection;
  return server;
}

function http1Options(limits: EngineLimits): ServerOptions {
  const { maxHeadSize, headTimeout, requestTimeout, keepAliveTimeout } = limits;
  return {
    maxHeaderSize: finite(maxHeadSize, 2 ** 30),
    // The host wants no longer time for a part than for the whole.
    headersTimeout: finite(Math.min(headTimeout, requestTimeout), 0),
    requestTimeout: finite(requestTimeout, 0),
    keepAliveTimeout: finite(keepAliveTimeout, 0),
    connectionsCheckingInterval: checkEvery(headTimeout, requestTimeout),
    requireHostHeader: true,
    insecureHTTPParser: false,
    noDelay: true,
  };
}

function handshakeTime(limits: EngineLimits): number {
  return finite(limits.headTimeout, 120_000);
}

/** As the host takes it: whole numbers, and one for a limit that is switched off. */
function finite(value: number, off: number): number {
  return Number.isFinite(value) ? Math.ceil(value) : off;
}

/** How often the host looks at its connections: it sees a limit that has passed no sooner. */
function checkEvery(...times: readonly number[]): number {
  return Math.max(10, Math.floor(Math.min(1000, ...times.map((time) => time / 4))));
}
