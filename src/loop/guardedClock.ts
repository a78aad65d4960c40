// A clock that a program gave the loop. The pump asks it at every iteration, so what it throws is reported, once
// until it works again, and the loop goes on with the time that it knows.

import { InvalidArgumentError } from '../base/errors.ts';
import type { Clock } from './clock.ts';
import type { Failure } from './failures.ts';

const METHODS = ['now', 'setAlarm', 'clearAlarm', 'idle'] as const;

/** @throws InvalidArgumentError unless it has what a clock must have */
export function guardClock(clock: Clock, report: (context: Failure) => void): Clock {
  for (const method of METHODS) {
    if (typeof (clock as Clock | null)?.[method] === 'function') continue;
    throw new InvalidArgumentError('clock', `a clock has a method ${method}(); see the type Clock`);
  }
  return new GuardedClock(clock, report);
}

class GuardedClock implements Clock {
  readonly real: (() => number) | undefined;
  readonly #clock: Clock;
  readonly #report: (context: Failure) => void;
  #last: number = 0;
  #faulty: boolean = false;

  constructor(clock: Clock, report: (context: Failure) => void) {
    this.#clock = clock;
    this.real = clock.real;
    this.#report = report;
  }

  now(): number {
    const time = this.#ask(() => this.#clock.now());
    if (time !== undefined) this.#last = time;
    return this.#last;
  }

  setAlarm(when: number, wake: () => void): void {
    this.#ask(() => this.#clock.setAlarm(when, wake));
  }

  clearAlarm(): void {
    this.#ask(() => this.#clock.clearAlarm());
  }

  idle(next: number, resting: () => boolean): void {
    this.#ask(() => this.#clock.idle(next, resting));
  }

  #ask<T>(question: () => T): T | undefined {
    try {
      const answer = question();
      this.#faulty = false;
      return answer;
    } catch (exception) {
      if (!this.#faulty) this.#report({ message: "The loop's clock failed", exception });
      this.#faulty = true;
      return undefined;
    }
  }
}
