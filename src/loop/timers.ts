// The timers of a loop: a heap by time, first come first served among equals. A cancelled timer stays
// until it reaches the top or until cancelled ones are more than half of a hundred and more (asyncio's
// figures); then the heap is made anew without them.

import { Heap } from '../base/heap.ts';
import type { Runnable } from './runnable.ts';

const COMPACT_ABOVE = 100;

/** What stands in the heap. */
export interface Timed extends Runnable {
  /** @internal */ readonly _when: number;
  /** Place among equals while in the heap; 0 before, -1 after. @internal */ _sequence: number;
  /** Cancelled while in the heap. @internal */ readonly _dead: boolean;
  /** What it wakes may run at once when it is late; a timer of the library's own. @internal */
  readonly _prompt?: boolean;
}

/** The time that a timer is set for, on its loop's clock. */
export function timeOf(timer: Timed): number {
  return timer._when;
}

/** Whether it stands in the heap, has fired, or neither. */
export function timerState(timer: Timed): 'unset' | 'set' | 'fired' {
  return timer._sequence === 0 ? 'unset' : timer._sequence > 0 ? 'set' : 'fired';
}

function sooner(a: Timed, b: Timed): boolean {
  return a._when < b._when || (a._when === b._when && a._sequence < b._sequence);
}

export class Timers {
  readonly #heap: Heap<Timed> = new Heap(sooner);
  #sequence: number = 0;
  #dead: number = 0;

  /** Timers in the heap, cancelled ones that were not yet taken out included. */
  get size(): number {
    return this.#heap.length;
  }

  /** Timers that will still run. */
  get live(): number {
    return this.#heap.length - this.#dead;
  }

  add(timer: Timed): void {
    timer._sequence = ++this.#sequence;
    this.#heap.push(timer);
  }

  /** Told by a timer that was cancelled while it is in the heap. */
  noteDead(): void {
    this.#dead++;
    if (this.#dead > COMPACT_ABOVE && this.#dead * 2 > this.#heap.length) {
      this.#heap.filter((timer) => !timer._dead);
      this.#dead = 0;
    }
  }

  /** The time of the next live timer, or Infinity. */
  next(): number {
    const head = this.#first();
    return head === undefined ? Infinity : head._when;
  }

  /** Takes out the next timer that is due at `now`. */
  takeDue(now: number): Timed | undefined {
    const head = this.#first();
    if (head === undefined || head._when > now) return undefined;
    this.#heap.pop();
    head._sequence = -1;
    return head;
  }

  /** Takes out all that are due at `now`, in order. */
  handOver(now: number, push: (timer: Timed) => void): void {
    for (let timer = this.takeDue(now); timer !== undefined; timer = this.takeDue(now)) push(timer);
  }

  *[Symbol.iterator](): Generator<Timed, void, undefined> {
    for (const timer of this.#heap) if (!timer._dead) yield timer;
  }

  clear(): void {
    this.#heap.clear();
    this.#dead = 0;
  }

  /** The next live timer; the dead ones before it are taken out. */
  #first(): Timed | undefined {
    for (;;) {
      const head = this.#heap.peek();
      if (head === undefined || !head._dead) return head;
      this.#heap.pop();
      this.#dead--;
    }
  }
}
