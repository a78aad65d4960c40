// A connection of node:http: its requests are handed out one after the other, as the contract has it, though the host
// gives all that stand in the pipeline at once. Those of HTTP/2 are independent of each other.

import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { SocketAddress } from '../../asyncio.ts';
import type { ExchangeConnection } from '../engine/exchange.ts';
import type { NodeExchange } from './nodeExchange.ts';

/** Hands an exchange to the server. */
export type HandOut = (exchange: NodeExchange) => void;

export class NodeConnection implements ExchangeConnection {
  readonly secure: boolean;
  readonly remoteAddress: SocketAddress | undefined;
  readonly localAddress: SocketAddress | undefined;
  readonly socket: Socket;
  readonly active: Set<NodeExchange> = new Set();
  readonly #waiting: NodeExchange[] = [];
  readonly #handOut: HandOut;
  /** Of HTTP/2, whose requests are independent. */
  #session: ServerHttp2Session | undefined;

  constructor(socket: Socket, handOut: HandOut) {
    this.socket = socket;
    this.secure = (socket as Partial<TLSSocket>).encrypted === true;
    this.remoteAddress = addressOf(socket.remoteAddress, socket.remotePort);
    this.localAddress = addressOf(socket.localAddress, socket.localPort);
    this.#handOut = handOut;
    socket.on('close', () => this.#lost());
  }

  becomeHttp2(session: ServerHttp2Session): void {
    this.#session = session;
  }

  add(exchange: NodeExchange): void {
    if (this.#session === undefined && this.active.size > 0) this.#waiting.push(exchange);
    else this.#begin(exchange);
  }

  /** It is over. */
  readonly next = (exchange: NodeExchange): void => {
    this.active.delete(exchange);
    const next = this.#waiting.shift();
    if (next !== undefined) this.#begin(next);
  };

  /** No more requests: it goes with the last response, or now; gently, not before it has been idle for long. HTTP/2 tells its
   * clients which requests were too late. */
  stop(gently: boolean): void {
    if (this.#session !== undefined) this.#session.close();
    else if (!gently && this.active.size === 0) this.socket.destroy();
  }

  #begin(exchange: NodeExchange): void {
    this.active.add(exchange);
    this.#handOut(exchange);
  }

  #lost(): void {
    this.#waiting.length = 0;
    for (const exchange of [...this.active]) exchange.gone();
  }
}

/** In the shape of asyncio's. */
export function addressOf(host: string | undefined, port: number | undefined): SocketAddress | undefined {
  if (host === undefined || port === undefined) return undefined;
  return host.includes(':') ? [host, port, 0, 0] : [host, port];
}
