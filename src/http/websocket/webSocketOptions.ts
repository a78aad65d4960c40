// What both ends of a WebSocket can be told.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { Duration } from '../../asyncio.ts';
import { toMilliseconds } from '../../lowlevel.ts';

/** Options of both ends of a WebSocket. Infinity switches a limit off.
 * @example
 * ```ts
 * import type { WebSocketOptions } from 'asyncio-ts/http';
 * const options: WebSocketOptions = { maxMessageSize: 65_536, pingInterval: 5000 };
 * console.log(options.maxMessageSize); // -> 65536
 * ```
 */
export interface WebSocketOptions {
  /** In bytes; 1,048,576 by default. A larger one closes the connection with 1009. */
  maxMessageSize?: number | undefined;
  /** Messages that may wait to be received before reading rests; 16 by default. */
  maxQueue?: number | undefined;
  /** Compresses messages where the other side can, too (permessage-deflate); false by default: it costs much memory. */
  compression?: boolean | undefined;
  /** How often the other side is asked whether it is still there; 20,000 by default. */
  pingInterval?: Duration | undefined;
  /** How long it may take to reply, after which the connection is lost; 20,000 by default. */
  pingTimeout?: Duration | undefined;
  /** How long the closing handshake may take, after which the connection is cut; 10,000 by default. */
  closeTimeout?: Duration | undefined;
}

export const WEBSOCKET_NAMES: Readonly<Record<keyof WebSocketOptions, true>> = {
  maxMessageSize: true,
  maxQueue: true,
  compression: true,
  pingInterval: true,
  pingTimeout: true,
  closeTimeout: true,
};

export interface WebSocketLimits {
  readonly maxMessageSize: number;
  readonly maxQueue: number;
  readonly compression: boolean;
  readonly pingInterval: number;
  readonly pingTimeout: number;
  readonly closeTimeout: number;
}

/** @throws InvalidArgumentError */
export function webSocketLimits(options: WebSocketOptions): WebSocketLimits {
  const positive = (name: 'maxMessageSize' | 'maxQueue', otherwise: number): number => {
    const value = options[name] ?? otherwise;
    if (typeof value === 'number' && value >= 1) return value;
    throw new InvalidArgumentError(name, `${name} is 1 or more, not ${String(value)}`);
  };
  const time = (name: 'pingInterval' | 'pingTimeout' | 'closeTimeout', otherwise: number): number => {
    const given = options[name];
    const value =
      given === undefined ? otherwise : given === Infinity ? Infinity : toMilliseconds(given, name);
    if (value > 0) return value;
    throw new InvalidArgumentError(name, `${name} is more than 0, not ${value}`);
  };
  return {
    maxMessageSize: positive('maxMessageSize', 1_048_576),
    maxQueue: positive('maxQueue', 16),
    compression: options.compression ?? false,
    pingInterval: time('pingInterval', 20_000),
    pingTimeout: time('pingTimeout', 20_000),
    closeTimeout: time('closeTimeout', 10_000),
  };
}
