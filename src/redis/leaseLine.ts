// Those of one client who wait for the same lease: in a line, whose first alone asks the server and hears its channel.
//
// Else each would have a connection of its own, and each time that the lease is given back all of them would ask: a thousand
// who wait would be a million questions.

import { Lock } from '../asyncio.ts';
import type { RedisConnection } from './connection.ts';
import { Subscription } from './subscription.ts';

const lines: WeakMap<RedisConnection, Map<string, LeaseLine>> = new WeakMap();

/** See the head of the file. */
export class LeaseLine {
  readonly #turn: Lock = new Lock();
  #count = 0;
  #heard: Subscription | undefined;

  /** Calls `ask` when all who came before have what they wait for, or have left. */
  static async wait<T>(
    main: RedisConnection,
    channel: string,
    ask: (heard: Subscription) => Promise<T>,
  ): Promise<T> {
    const ofClient = lines.get(main) ?? new Map<string, LeaseLine>();
    lines.set(main, ofClient);
    const line = ofClient.get(channel) ?? new LeaseLine();
    ofClient.set(channel, line);
    line.#count++;
    try {
      await line.#turn.acquire();
      try {
        line.#heard ??= await Subscription._open(main, [channel], {});
        return await ask(line.#heard);
      } finally {
        line.#turn.release();
      }
    } finally {
      if (--line.#count === 0) {
        ofClient.delete(channel);
        await line.#heard?.close();
      }
    }
  }
}
