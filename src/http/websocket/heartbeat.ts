// Whether the other side of a WebSocket is still there.
//
// A ping goes out now and then; when nothing has come in its time the connection is lost. While reading rests because this
// side does not take what came, nobody can reply, and nobody is judged.

import type { EventLoop, Handle } from '../../asyncio.ts';
import type { WebSocketLimits } from './webSocketOptions.ts';

export interface HeartbeatKeeper {
  isResting(): boolean;
  sendPing(): void;
  /** Nothing came. */
  lost(): void;
}

export class Heartbeat {
  readonly #loop: EventLoop;
  readonly #limits: WebSocketLimits;
  readonly #keeper: HeartbeatKeeper;
  #timer: Handle | undefined;

  constructor(loop: EventLoop, limits: WebSocketLimits, keeper: HeartbeatKeeper) {
    this.#loop = loop;
    this.#limits = limits;
    this.#keeper = keeper;
    this.#wait();
  }

  /** Something came. */
  readonly heard = (): void => {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#wait();
  };

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait(): void {
    const { pingInterval } = this.#limits;
    if (pingInterval !== Infinity) this.#timer = this.#loop.callLater(pingInterval, () => this.#ask());
  }

  #ask(): void {
    if (this.#keeper.isResting()) return this.#wait();
    this.#keeper.sendPing();
    const { pingTimeout } = this.#limits;
    if (pingTimeout === Infinity) this.#wait();
    else this.#timer = this.#loop.callLater(pingTimeout, () => this.#judge());
  }

  #judge(): void {
    if (this.#keeper.isResting()) return this.#wait();
    this.#timer = undefined;
    this.#keeper.lost();
  }
}
