// The calls of a pool that stand at no worker, in the order in which they begin. One that was cancelled stays in its place,
// marked as over, until its turn: taking it out of the middle would cost a walk.

import { Deque } from '../../base/deque.ts';
import type { Call } from './call.ts';

export class CallQueue {
  readonly #calls: Deque<Call> = new Deque();
  #wanted: number = 0;

  /** How many are not over. */
  get length(): number {
    return this.#wanted;
  }

  push(call: Call): void {
    this.#calls.push(call);
    this.#wanted++;
  }

  /** Puts back a call that a worker has not begun, in front of all. */
  unshift(call: Call): void {
    this.#calls.unshift(call);
    this.#wanted++;
  }

  /** The next one, which stays. */
  get front(): Call | undefined {
    for (;;) {
      const call = this.#calls.front;
      if (call === undefined || !call.over) return call;
      this.#calls.shift();
    }
  }

  /** Takes out what `front` returned. */
  shift(): void {
    this.#calls.shift();
    this.#wanted--;
  }

  /** The call is over before it began. */
  withdraw(call: Call): void {
    call.over = true;
    this.#wanted--;
  }

  /** Empties it; the calls that are not over, in their order. */
  takeAll(): Call[] {
    const calls: Call[] = [];
    for (let call = this.#calls.shift(); call !== undefined; call = this.#calls.shift())
      if (!call.over) calls.push(call);
    this.#wanted = 0;
    return calls;
  }
}
