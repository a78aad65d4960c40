// What the limits of time are to HTTP/2, for which the host has none: one timer looks at all of its connections.
//
// 1. A connection without a request is closed when its first one does not come within `headTimeout`, or no other within
//    `keepAliveTimeout`: by GOAWAY, and cut if that does not end it. A head that never ends is no request.
// 2. A request that has not come as a whole within `requestTimeout` is answered 408, or reset, and its task cancelled.
// 3. A client that takes nothing of what waits for it is cut after `headTimeout`.
// 4. After `maxRequestsPerConnection` it is told to open another connection.

import type { ServerHttp2Session } from 'node:http2';
import type { EngineLimits } from '../engine/exchange.ts';
import type { NodeConnection } from './nodeConnection.ts';
import type { NodeExchange } from './nodeExchange.ts';

interface Seen {
  readonly connection: NodeConnection;
  requests: number;
  idleSince: number;
  closing: boolean;
  /** How much was written when that was seen to change. */
  written: number;
  movedAt: number;
}

export class Http2Watch {
  readonly #limits: EngineLimits;
  readonly #late: (exchange: NodeExchange) => void;
  readonly #seen: Map<ServerHttp2Session, Seen> = new Map();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: EngineLimits, late: (exchange: NodeExchange) => void) {
    this.#limits = limits;
    this.#late = late;
  }

  add(session: ServerHttp2Session, connection: NodeConnection): void {
    const now = performance.now();
    const begin = { requests: 0, idleSince: now, closing: false, written: 0, movedAt: now };
    this.#seen.set(session, { connection, ...begin });
    this.#timer ??= setInterval(() => this.#look(), this.#interval()).unref();
    session.on('close', () => this.#remove(session));
  }

  connectionOf(session: ServerHttp2Session): NodeConnection | undefined {
    return this.#seen.get(session)?.connection;
  }

  /** It has one more request. */
  requested(session: ServerHttp2Session): void {
    const seen = this.#seen.get(session);
    if (seen === undefined) return;
    seen.idleSince = performance.now();
    if (++seen.requests >= this.#limits.maxRequestsPerConnection) session.close();
  }

  #remove(session: ServerHttp2Session): void {
    this.#seen.delete(session);
    if (this.#seen.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #interval(): number {
    const { headTimeout, requestTimeout, keepAliveTimeout } = this.#limits;
    const shortest = Math.min(headTimeout, requestTimeout, keepAliveTimeout);
    return Math.max(10, Math.min(1000, shortest / 4));
  }

  #look(): void {
    const now = performance.now();
    for (const [session, seen] of this.#seen) this.#lookAt(session, seen, now);
  }

  #lookAt(session: ServerHttp2Session, seen: Seen, now: number): void {
    const { socket, active } = seen.connection;
    const { headTimeout, keepAliveTimeout, requestTimeout } = this.#limits;
    const { bytesWritten } = socket;
    if (bytesWritten !== seen.written || ![...active].some((exchange) => exchange.waitsForRoom)) {
      seen.written = bytesWritten;
      seen.movedAt = now;
    } else if (now - seen.movedAt > headTimeout) session.destroy();
    for (const exchange of active)
      if (now - exchange.begun > requestTimeout && exchange.isArriving) this.#late(exchange);
    if (active.size > 0) seen.idleSince = now;
    else if (now - seen.idleSince > (seen.requests === 0 ? headTimeout : keepAliveTimeout)) {
      if (seen.closing) session.destroy();
      else session.close();
      seen.closing = true;
    }
  }
}
