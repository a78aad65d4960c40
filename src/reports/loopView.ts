// A look into a loop from outside: how busy it is, what stands scheduled, what is open. Everything is read off the
// loop when it is asked for; nothing is recorded beforehand.

import { functionName } from '../base/show.ts';
import { Future } from '../core/future/future.ts';
import { checkCallable } from '../loop/checkCallback.ts';
import { creationLines } from '../loop/creation.ts';
import {
  foreignWaitsOf,
  idleListenersOf,
  readyQueueOf,
  timersOf,
  waitsForDescriptors,
} from '../loop/engine.ts';
import { reportFailure } from '../loop/failures.ts';
import { callbackOf, Handle } from '../loop/handle.ts';
import { checkLoop } from '../loop/checkLoop.ts';
import type { Loop } from '../loop/loop.ts';
import { describeResource, openResources, isLeaving } from '../loop/resources.ts';
import { isThreadLoop } from '../loop/running.ts';
import { timeOf } from '../loop/timers.ts';
import type { Timed } from '../loop/timers.ts';

/** A callback or timer that stands scheduled on a loop.
 * @example
 * ```ts
 * import { getRunningLoop, run } from 'asyncio-ts';
 * import { viewLoop, type Scheduled } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const handle = getRunningLoop().callLater(1000, function tick() {});
 *   const scheduled: Scheduled[] = viewLoop(getRunningLoop()).scheduled();
 *   console.log(scheduled[0]?.kind, scheduled[0]?.name); // -> timer tick
 *   handle.cancel();
 * });
 * ```
 */
export interface Scheduled {
  readonly kind: 'callback' | 'timer';
  /** The function's name; of a timer of the library's own what it is for: `sleep`, `deadline`. */
  readonly name: string;
  /** The time of a timer, in milliseconds on the loop's clock. */
  readonly when: number | undefined;
  /** True for what the program scheduled by callSoon, callLater or callAt, false for the library's own timers, which
   * end with the task that waits for them. */
  readonly byProgram: boolean;
  /** The lines of the stack at which it was made; see {@link creationLines}. */
  readonly place: readonly string[];
}

/** Something that is open on a loop.
 * @example
 * ```ts
 * import { getRunningLoop, run, startServer } from 'asyncio-ts';
 * import { viewLoop, type OpenResource } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   await using _ = await startServer(() => {}, '127.0.0.1', 0);
 *   const open: OpenResource[] = viewLoop(getRunningLoop()).resources();
 *   console.log(open.length); // -> 1
 * });
 * ```
 */
export interface OpenResource {
  /** What it is: `Listener`, `connection to the device`. */
  readonly description: string;
  /** The lines of the stack at which it was opened; see {@link creationLines}. */
  readonly place: readonly string[];
}

/** A live look into a loop; see {@link viewLoop}.
 * @example
 * ```ts
 * import { newEventLoop } from 'asyncio-ts';
 * import { viewLoop, LoopView } from 'asyncio-ts/lowlevel';
 * const loop = newEventLoop();
 * console.log(viewLoop(loop) instanceof LoopView, viewLoop(loop).entriesRun); // -> true 0
 * loop.close();
 * ```
 */
export class LoopView {
  readonly #loop: Loop;

  /** @internal */
  constructor(loop: Loop) {
    this.#loop = loop;
  }

  /** Entries of the ready queue that have run: the measure of the loop's work. */
  get entriesRun(): number {
    return readyQueueOf(this.#loop).entriesRun;
  }

  get iterations(): number {
    return readyQueueOf(this.#loop).iterations;
  }

  /** How many entries are ready. */
  get ready(): number {
    return readyQueueOf(this.#loop).length;
  }

  /** How many timers there are. */
  get timers(): number {
    return timersOf(this.#loop).size;
  }

  /** True while the loop has nothing to do: it waits for time, or for the outside. */
  get resting(): boolean {
    return !readyQueueOf(this.#loop).active;
  }

  /** True for the thread's own loop, that of `spawn`: it rests when its last task is gone, and is not closed. */
  get ofThread(): boolean {
    return isThreadLoop(this.#loop);
  }

  /** The time of the next timer, in milliseconds on the loop's clock; Infinity when there is none. */
  get nextTimer(): number {
    return timersOf(this.#loop).next();
  }

  /** True while something is open on the loop from which something may come at any time: a transport, a server, a
   * pipe, a descriptor that is watched. */
  get open(): boolean {
    return (openResources(this.#loop)?.size ?? 0) > 0 || waitsForDescriptors(this.#loop);
  }

  /** True while a promise that is not the library's is waited for by a future of the library's, as by
   * `interruptible`. Known on loops whose clock is not real time only: see {@link Clock.real}. */
  get waitsForPromises(): boolean {
    return foreignWaitsOf(this.#loop)?.promises.any === true;
  }

  /** True while a request of the library's to the host is under way, as a look-up; known as
   * {@link waitsForPromises} is. */
  get waitsForRequests(): boolean {
    return foreignWaitsOf(this.#loop)?.requests.any === true;
  }

  /** The callbacks that are ready and the timers that will fire, without those that were cancelled. */
  scheduled(): Scheduled[] {
    const scheduled: Scheduled[] = [];
    for (const entry of readyQueueOf(this.#loop))
      if (entry instanceof Handle && !entry.cancelled()) scheduled.push(describeHandle(entry, undefined));
    for (const timer of timersOf(this.#loop)) scheduled.push(describeTimer(timer));
    return scheduled;
  }

  /** What is open and would be closed with the loop, those left out that are on their way already. */
  resources(): OpenResource[] {
    return [...(openResources(this.#loop) ?? [])]
      .filter((resource) => !isLeaving(resource))
      .map((resource) => ({ description: describeResource(resource), place: creationLines(resource) }));
  }

  /** Calls `listener` whenever the loop has come to rest, inside its machinery: it should take note, and no more. What
   * it throws goes to the loop's exception handler.
   * @returns what takes the listener away again
   * @throws InvalidArgumentError when it is no function */
  onRest(listener: () => void): () => void {
    checkCallable(listener, 'onRest');
    const entry = (): void => {
      try {
        listener();
      } catch (exception) {
        reportFailure(this.#loop, {
          message: 'Exception in a listener to the rest of the loop',
          exception,
        });
      }
    };
    const listeners = idleListenersOf(this.#loop);
    listeners.add(entry);
    return () => void listeners.delete(entry);
  }
}

/** A live look into `loop`: how busy it is, what stands scheduled, what is open. Its tasks are told by `allTasks`.
 * @throws InvalidArgumentError when it is no loop of this library
 * @example
 * ```ts
 * import { getRunningLoop, run, sleep } from 'asyncio-ts';
 * import { viewLoop } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const view = viewLoop(getRunningLoop());
 *   const before = view.entriesRun;
 *   await sleep(0);
 *   console.log(view.entriesRun > before, view.open); // -> true false
 * });
 * ```
 */
export function viewLoop(loop: Loop): LoopView {
  checkLoop(loop, 'viewLoop');
  return new LoopView(loop);
}

function describeHandle(handle: Handle, when: number | undefined): Scheduled {
  const kind = when === undefined ? 'callback' : 'timer';
  const name = functionName(callbackOf(handle));
  return { kind, name, when, byProgram: true, place: creationLines(handle) };
}

function describeTimer(timer: Timed): Scheduled {
  if (timer instanceof Handle) return describeHandle(timer, timeOf(timer));
  // Not by its class's name: to read a future's `constructor` is to await it.
  const name = timer instanceof Future ? 'sleep' : 'deadline';
  return { kind: 'timer', name, when: timeOf(timer), byProgram: false, place: creationLines(timer) };
}
