// A connection of node:http: its requests are handed out one after the other, as the contract has it, though the host
// gives all that stand in the pipeline at once.

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
  readonly #waiting: NodeExchange[] = [];
  readonly #handOut: HandOut;
  #current: NodeExchange | undefined;

  constructor(socket: Socket, handOut: HandOut) {
    this.secure = (socket as Partial<TLSSocket>).encrypted === true;
    this.remoteAddress = addressOf(socket.remoteAddress, socket.remotePort);
    this.localAddress = addressOf(socket.localAddress, socket.localPort);
    this.#handOut = handOut;
    socket.on('close', () => this.#lost());
  }

  /** A request is being answered, or waits for its turn. */
  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  add(exchange: NodeExchange): void {
    if (this.#current !== undefined) {
      this.#waiting.push(exchange);
      return;
    }
    this.#current = exchange;
    this.#handOut(exchange);
  }

  /** The current one is over. */
  readonly next = (): void => {
    this.#current = this.#waiting.shift();
    if (this.#current !== undefined) this.#handOut(this.#current);
  };

  #lost(): void {
    this.#waiting.length = 0;
    this.#current?.gone();
  }
}

/** In the shape of asyncio's. */
export function addressOf(host: string | undefined, port: number | undefined): SocketAddress | undefined {
  if (host === undefined || port === undefined) return undefined;
  return host.includes(':') ? [host, port, 0, 0] : [host, port];
}
