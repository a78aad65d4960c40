// A clock for tests that jumps to the next timer as soon as nothing else is to be done. (The public testing kit has
// one too; the layers below it are tested without it.)

import { newEventLoop } from '../src/asyncio.ts';
import type { Clock, Coroutine, EventLoop } from '../src/asyncio.ts';

export class JumpingClock implements Clock {
  time: number = 1000;
  /** Every time that was jumped to. */
  readonly jumps: number[] = [];
  #when: number = Infinity;
  #jumping: boolean = false;
  #wake: () => void = () => {};

  now(): number {
    return this.time;
  }

  /** Time passes while the loop is busy. */
  advance(ms: number): void {
    this.time += ms;
  }

  setAlarm(when: number, wake: () => void): void {
    this.#when = when;
    this.#wake = wake;
    // Also set by code that goes on in a microtask when the loop rests already, after its last `idle`.
    if (!this.#jumping) setImmediate(() => this.#jump());
    this.#jumping = true;
  }

  clearAlarm(): void {
    this.#when = Infinity;
  }

  idle(): void {}

  #jump(): void {
    this.#jumping = false;
    if (this.#when === Infinity) return;
    if (this.#when > this.time) {
      this.time = this.#when;
      this.jumps.push(this.#when);
    }
    this.#when = Infinity;
    this.#wake();
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
