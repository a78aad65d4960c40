// A clock for the loop's own tests: it jumps to the next timer as soon as nothing else is to be done. (The
// public testing kit has one too; the layers below it are tested without it.)

import { newEventLoop } from '../../src/asyncio.ts';
import type { Clock, Coroutine, EventLoop } from '../../src/asyncio.ts';

export class JumpingClock implements Clock {
  time: number = 1000;
  /** Every time that was jumped to. */
  readonly jumps: number[] = [];
  #wake: (() => void) | undefined = undefined;

  now(): number {
    return this.time;
  }

  setAlarm(_when: number, wake: () => void): void {
    this.#wake = wake;
  }

  clearAlarm(): void {
    this.#wake = undefined;
  }

  idle(next: number): void {
    if (next === Infinity) return;
    setImmediate(() => {
      const wake = this.#wake;
      if (wake === undefined) return;
      this.#wake = undefined;
      if (next > this.time) {
        this.time = next;
        this.jumps.push(next);
      }
      wake();
    });
  }
}

/** Runs the body in a loop whose time passes in jumps; the clock says how far it got. */
export async function inJumpingLoop<T>(
  body: (loop: EventLoop, clock: JumpingClock) => PromiseLike<T> | T,
): Promise<T> {
  const clock = new JumpingClock();
  const loop = newEventLoop({ clock });
  const main: Coroutine<T> = () => body(loop, clock);
  try {
    return await loop.runUntilComplete(main);
  } finally {
    loop.close();
  }
}
