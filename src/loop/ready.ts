// The ready queue and the pump that works through it inside the host's loop.
//
// 1. An iteration runs exactly the entries that were ready when it began; what they add waits for the
//    next one. At the start of each iteration the due timers are moved over.
// 2. Between two entries the microtasks that the first caused are run. After foreign code (DRAIN) that is
//    every microtask, which only the host can tell: it calls `afterMicrotasks`. After a task's step (STEP)
//    it is until the task waits again or has ended, which the task tells by `stepEnded`; a task that waits
//    for something foreign never tells, so that call of the host stands behind it.
// 3. The pump runs as a microtask, never inside a host callback: `afterMicrotasks` asked for from a
//    microtask comes when the queue is empty, asked for from a tick it would come at once.
// 4. Nothing starves: when the pump has worked for BUDGET milliseconds since the host's last turn, it
//    asks for the next turn and returns, so that timers, I/O and other code's callbacks get theirs. An
//    iteration that was cut with many entries left is longer than timers can wait: when it goes on, those
//    that have come due run first, and so do the tasks that our own timers (`sleep`, deadlines) wake.
// 5. The pump goes on, always. An entry keeps what it calls from throwing; one that throws all the same is
//    reported, and so is a fault of the loop's own machinery between two iterations.
// 6. What is asked of the host is asked from the root context (see sys/host/storage.ts), so that no task is kept
//    alive, or taken for the running one, by a callback of the loop's.

import { Fifo } from '../base/fifo.ts';
import { afterMicrotasks, microtask, nextHostTurn } from '../sys/host/host.ts';
import { currentStore, foreignStorageSeen, runAtRoot } from '../sys/host/storage.ts';
import { atWork } from './atWork.ts';
import { NOTHING, STEP } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';
import type { Timed } from './timers.ts';

const BUDGET = 2;
// The clock is read once in this many entries: reading it costs as much as a short entry.
const ENTRIES_BETWEEN_LOOKS = 32;
// This many entries take longer than a timer can wait; fewer run first, in asyncio's order.
const LONG_REST = 256;
const FOREIGN_STEP: object = {};

/** What the pump asks of its loop. */
export interface PumpHost {
  readonly loop: { isRunning(): boolean };
  /** Timers do not go by real time: how long an iteration takes must not change their order. */
  readonly virtual: boolean;
  now(): number;
  /** True while there are timers. */
  hasTimers(): boolean;
  /** Hands due timers to `push`; called at the start of an iteration, and when one goes on after a cut. */
  collectTimers(now: number, push: (timer: Timed) => void): void;
  /** Called when the queue is empty and there is budget left: pushes what has become ready meanwhile. */
  pollAgain(): void;
  /** Called when the queue is empty and the pump rests. */
  wentIdle(): void;
  /** True ends the run at the start of an iteration. */
  shouldStop(): boolean;
  stopped(): void;
  /** Something threw that must not. */
  failed(message: string, exception: unknown): void;
}

/** Measures what runs. */
export interface Meter {
  /** Runs an entry; `queue` tells which task it resumed. */
  run(entry: Runnable, queue: { readonly stepping: object | undefined }): Effect;
  /** The pump works again. */
  end(): void;
}

export class Ready {
  /** The task whose step is under way; FOREIGN_STEP while everything must drain. @internal */
  stepping: object | undefined = undefined;
  /** Entries run since the start: the measure of the loop's work. */
  entriesRun: number = 0;
  iterations: number = 0;
  /** Rises whenever the pump begins and ends: moments with the same number may lie in one piece of code. */
  spell: number = 0;
  /** Measures the steps in debug mode, and where they are observed. */
  stepMeter: Meter | undefined = undefined;
  readonly #queue: Fifo<Runnable> = new Fifo();
  /** Timers that came due while an iteration was cut, and what they wake. */
  readonly #urgent: Fifo<Runnable> = new Fifo();
  readonly #host: PumpHost;
  #prompt: boolean = false;
  #left: number = 0;
  #active: boolean = false;
  #pumping: boolean = false;
  #draining: boolean = false;
  #looks: number = 0;
  #began: number = 0;
  #spent: number = 0;
  /** Puts the queue into another order at the start of an iteration; the seeded scheduler's hook. */
  reorder: ((queue: Fifo<Runnable>) => void) | undefined = undefined;

  constructor(host: PumpHost) {
    this.#host = host;
  }

  get length(): number {
    return this.#queue.length + this.#urgent.length;
  }

  /** What stands last in the queue. */
  get last(): Runnable | undefined {
    return this.#queue.last;
  }

  /** When what goes on now has begun, on the loop's clock; Infinity while the pump rests. */
  get since(): number {
    return this.#active ? this.#began : Infinity;
  }

  /** About what time it is, without a look at the clock where there was one lately. */
  get lately(): number {
    return this.#active ? this.#began : this.#host.now();
  }

  /** True while the pump is at work or has been asked for. */
  get active(): boolean {
    return this.#active;
  }

  push(entry: Runnable): void {
    if (this.#prompt) this.#urgent.push(entry);
    else this.#queue.push(entry);
    if (!this.#active) this.wake();
  }

  /** As push, from a callback of the host's of our own: no microtask of other code can stand before the pump,
   * which therefore need not be asked for through the tick. */
  pushFromHost(entry: Runnable): void {
    this.#queue.push(entry);
    if (this.#active || this.#host.shouldStop()) return;
    this.#active = true;
    runAtRoot(this.#tick);
  }

  /** As push, from a callback of the host's of which several may come in one turn: they share one start of the pump,
   * at the end of the turn. */
  pushAtTurnEnd(entry: Runnable): void {
    this.#queue.push(entry);
    if (this.#active || this.#host.shouldStop()) return;
    this.#active = true;
    runAtRoot(() => nextHostTurn(this.#freshHostTurn));
  }

  /** Starts the pump if it rests. */
  wake(): void {
    if (this.#active || this.#host.shouldStop()) return;
    this.#active = true;
    this.#began = this.#host.now();
    if (this.#spent > BUDGET) runAtRoot(() => nextHostTurn(this.#freshHostTurn));
    else runAtRoot(() => afterMicrotasks(this.#tick));
  }

  /** A turn of the host began: the budget is whole again. */
  newHostTurn(): void {
    this.#spent = 0;
    this.#began = this.#host.now();
  }

  /** The task in `stepping` waits again, or has ended. */
  stepEnded(): void {
    this.stepping = undefined;
    if (!this.#pumping) microtask(this.#pump);
  }

  /** As stepEnded, from a microtask of the loop's own behind which nothing of the step can stand. */
  stepEndedNow(): void {
    this.stepping = undefined;
    if (!this.#pumping) this.#pump();
  }

  clear(): void {
    this.#queue.clear();
    this.#urgent.clear();
    this.#left = 0;
  }

  [Symbol.iterator](): Iterator<Runnable> {
    return this.#queue[Symbol.iterator]();
  }

  readonly #tick = (): void => microtask(this.#pump);

  readonly #freshHostTurn = (): void => {
    this.newHostTurn();
    if (this.#left > LONG_REST && !this.#host.virtual)
      this.#host.collectTimers(this.#began, this.#pushUrgent);
    microtask(this.#pump);
  };

  readonly #pushUrgent = (timer: Timed): void => this.#urgent.push(timer);
  readonly #pushTimer = (timer: Timed): void => this.#queue.push(timer);

  readonly #drained = (): void => {
    this.#draining = false;
    if (this.stepping === undefined) return;
    this.stepping = undefined;
    microtask(this.#pump);
  };

  readonly #pump = (): void => {
    this.#pumping = true;
    this.spell++;
    atWork.loop = this.#host.loop;
    try {
      this.#work();
    } catch (error) {
      this.#recover(error);
    }
    atWork.loop = undefined;
    this.spell++;
    this.#pumping = false;
  };

  #work(): void {
    if (this.stepMeter !== undefined) this.stepMeter.end();
    for (;;) {
      const urgent = this.#urgent.length > 0;
      if (!urgent && this.#left === 0 && !this.#beginIteration()) break;
      if (++this.#looks > ENTRIES_BETWEEN_LOOKS && this.#overBudget()) break;
      this.entriesRun++;
      const effect = urgent ? this.#runUrgent() : this.#runNext();
      if (effect === NOTHING) continue;
      if (effect === STEP) {
        if (this.stepping === undefined) {
          microtask(this.#pump);
          break;
        }
      } else this.stepping = FOREIGN_STEP;
      if (!this.#draining) this.#whenDrained();
      break;
    }
  }

  // What threw may have been foreign code after all: every microtask runs before the next entry.
  #recover(error: unknown): void {
    this.#prompt = false;
    this.#host.failed('Exception in the event loop: an entry of its ready queue threw', error);
    if (!this.#active) return;
    this.stepping = FOREIGN_STEP;
    if (!this.#draining) this.#whenDrained();
  }

  #runNext(): Effect {
    this.#left--;
    return this.#run(this.#queue.shift() as Runnable);
  }

  #run(entry: Runnable): Effect {
    return this.stepMeter === undefined ? entry._run() : this.stepMeter.run(entry, this);
  }

  #runUrgent(): Effect {
    const entry = this.#urgent.shift() as Runnable & { readonly _prompt?: boolean };
    this.#prompt = entry._prompt === true;
    const effect = this.#run(entry);
    this.#prompt = false;
    return effect;
  }

  #whenDrained(): void {
    this.#draining = true;
    if (currentStore() === undefined && !foreignStorageSeen()) afterMicrotasks(this.#drained);
    else runAtRoot(() => afterMicrotasks(this.#drained));
  }

  #overBudget(): boolean {
    this.#looks = 0;
    const now = this.#host.now();
    if (now - this.#began + this.#spent <= BUDGET) return false;
    runAtRoot(() => nextHostTurn(this.#freshHostTurn));
    return true;
  }

  #beginIteration(): boolean {
    const host = this.#host;
    if (host.shouldStop()) {
      this.#rest(host.now());
      host.stopped();
      return false;
    }
    // Without timers only the budget needs the clock, and the pump looks at that by itself.
    if (this.#queue.length === 0 || host.hasTimers() || this.#looks > ENTRIES_BETWEEN_LOOKS) {
      const now = host.now();
      this.#looks = 0;
      if (now - this.#began + this.#spent > BUDGET) {
        runAtRoot(() => nextHostTurn(this.#freshHostTurn));
        return false;
      }
      host.collectTimers(now, this.#pushTimer);
      if (this.#queue.length === 0) host.pollAgain();
      if (this.#queue.length === 0) {
        this.#rest(now);
        host.wentIdle();
        return false;
      }
    }
    this.#left = this.#queue.length;
    this.iterations++;
    if (this.#left > 1) this.reorder?.(this.#queue);
    return true;
  }

  #rest(now: number): void {
    this.#active = false;
    this.#spent += now - this.#began;
  }
}
