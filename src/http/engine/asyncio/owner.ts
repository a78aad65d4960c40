// What a connection needs of the server that it belongs to.

import type { EventLoop, SocketAddress } from '../../../asyncio.ts';
import type { EngineLimits, OnExchange } from '../exchange.ts';
import type { Llhttp } from './llhttp.ts';

/** A connection, as its server sees it. */
export interface Owned {
  /** The tick of the server's at which something is to end. */
  readonly deadline: number;
  readonly remoteAddress: SocketAddress | undefined;
  expired(): void;
  stop(): void;
  goOn(): void;
}

/** The server, as its connections see it. */
export interface Owner {
  readonly loop: EventLoop;
  readonly llhttp: Llhttp;
  readonly limits: EngineLimits;
  readonly onExchange: OnExchange;
  readonly stopping: boolean;
  /** The tick that comes `time` milliseconds from now, or later. */
  tickIn(time: number): number;
  made(connection: Owned): void;
  lost(connection: Owned): void;
  refused(status: number, reason: string, connection: Owned): void;
  /** Has a connection look at what it holds, in no task. */
  goOnSoon(connection: Owned): void;
}
