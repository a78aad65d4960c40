// What tasks do, as it happens: the one source of a trace, of a record's ring, and of whoever traces from outside.
//
// 1. One set of listeners to the library's channels and to the steps of its loops serves all; with the last of them it
//    is taken away, and the program runs as if nobody had ever looked.
// 2. The events of one task come in the order in which they happened. A step is told when it has ended, and then what
//    the task waits for: a step goes on behind an `await` whose promise it hands to somebody else, or to Promise.all.
// 3. A task that was there before is made known by `create` with its first event.
// 4. Code that a promise of others sets off has no turn in a loop, so that its steps are not seen: the wait for that
//    promise lasts until the task waits again, or ends.
// 5. A listener must not throw, and settles nothing.
//
// It is loaded by who looks at a program, and imports nothing that the core has (docs/design/import-size.md).

import { awaitersOf, failureOf } from '../core/future/lookAtWait.ts';
import type { Future } from '../core/future/future.ts';
import type { Task } from '../core/task/task.ts';
import type { Engine } from '../loop/engine.ts';
import type { TaskWatcher } from '../loop/loopObserver.ts';
import type { Meter } from '../loop/ready.ts';
import { WatchedSteps } from '../loop/watchedSteps.ts';
import type { StepWatcher } from '../loop/watchedSteps.ts';
import { titleOf } from '../reports/taskWaits.ts';
import type { Channel } from '../sys/host/diagnostics.ts';
import { clockOrigin } from '../sys/host/thisProcess.ts';
import { numberOf } from './numbers.ts';
import type { TraceEvent } from './protocol.ts';
import { shortText } from './shortText.ts';
import type { ProbeSubject } from './subject.ts';

/** Hears of each event.
 * @example
 * ```ts
 * import type { TraceListener } from 'asyncio-ts/lowlevel';
 * const listener: TraceListener = ({ what, task }) => console.log(what, task);
 * listener({ what: 'done', task: 1, at: Date.now() }); // -> done 1
 * ```
 */
export type TraceListener = (event: TraceEvent) => void;

/** Hears of the number of each task whose step begins. A step is an event only when it has ended, and one that never
 * ends is what somebody may look for. */
export type BeginListener = (task: number) => void;

/** What is known of a task beside itself. */
interface Known {
  readonly number: number;
  /** When what it waits for had come, and by which task. */
  ready: number | undefined;
  by: number | undefined;
}

const FOREIGN = "a promise that is not the library's";

const origin = clockOrigin();

class TaskEvents implements TaskWatcher, StepWatcher {
  readonly #subject: ProbeSubject;
  readonly #subscriptions: readonly (readonly [Channel, (message: unknown) => void])[];
  readonly #listeners: Set<TraceListener> = new Set();
  readonly #beginListeners: Set<BeginListener> = new Set();
  readonly #known: WeakMap<Task, Known> = new WeakMap();
  /** The task whose step is under way, and since when. */
  #stepping: Task | undefined = undefined;
  #since: number = 0;
  /** Whether a cancel stood over it then. */
  #cancelling: boolean = false;
  /** The task that has ended, while its keeper is told. */
  #told: Task | undefined = undefined;

  constructor(subject: ProbeSubject) {
    this.#subject = subject;
    const { taskCreate, taskDone, waitBegin } = subject;
    this.#subscriptions = [
      [taskCreate, (message) => void this.#know(taskIn(message), this.#currentTask())],
      [taskDone, (message) => this.#done(taskIn(message))],
      [waitBegin, (message) => this.#waits(taskIn(message))],
    ];
  }

  add(listener: TraceListener, begun: BeginListener | undefined): () => void {
    if (this.#listeners.size === 0) this.#begin();
    this.#listeners.add(listener);
    if (begun !== undefined) this.#beginListeners.add(begun);
    return () => {
      if (begun !== undefined) this.#beginListeners.delete(begun);
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#end();
    };
  }

  #begin(): void {
    for (const [channel, listener] of this.#subscriptions) channel.subscribe(listener);
    this.#subject.observed.tasks = this;
    for (const loop of this.#subject.runningLoops()) loop.measureSteps();
  }

  #end(): void {
    for (const [channel, listener] of this.#subscriptions) channel.unsubscribe(listener);
    this.#subject.observed.tasks = undefined;
    for (const loop of this.#subject.runningLoops()) loop.measureSteps();
    this.#stepping = this.#told = undefined;
  }

  meter(loop: Engine): Meter {
    return new WatchedSteps(loop, this, this.#subject.monotonic);
  }

  /** An entry of a loop's ready queue begins, or has turned out to resume a task. */
  began(what: object, at: number): void {
    this.#stepping = this.#told = undefined;
    if (!isTask(what)) return;
    if (what.done()) this.#told = what;
    else {
      this.#stepping = what;
      this.#since = at;
      this.#cancelling = what.cancelling() > 0;
      for (const listener of this.#beginListeners) listener(numberOf(what));
    }
  }

  ended(what: object, at: number, took: number): void {
    this.#told = undefined;
    if (this.#stepping === what) this.#step(at, took);
  }

  #step(at: number, took: number): void {
    const task = this.#stepping as Task;
    this.#stepping = undefined;
    const known = this.#know(task);
    this.#tell({
      at: origin + at,
      what: 'step',
      task: known.number,
      took,
      ...(known.ready !== undefined && { ready: known.ready }),
      ...(known.by !== undefined && { by: known.by }),
      ...(this.#cancelling && { cancelling: true }),
    });
    known.ready = known.by = undefined;
    if (!task.done()) this.#tellWait(task, known, origin + at + took);
  }

  /** It waits for one thing more, or for the first. */
  #waits(task: Task): void {
    // Within a step it is told at the end of it.
    if (task !== this.#stepping) this.#tellWait(task, this.#know(task), this.#now());
  }

  #tellWait(task: Task, { number }: Known, at: number): void {
    const wait = waitText(task, this.#subject);
    this.#tell({
      at,
      what: 'wait',
      task: number,
      wait,
      ...(task.cancelling() > 0 && { cancelling: true }),
    });
  }

  ready(future: object): void {
    for (const task of awaitersOf(future)) {
      const known = this.#know(task);
      if (known.ready !== undefined) continue;
      known.ready = this.#now();
      const by = isTask(future) ? future : (this.#currentTask() ?? this.#told);
      if (by !== undefined && by !== task) known.by = numberOf(by);
    }
  }

  cancelled(task: object): void {
    const by = this.#currentTask();
    const { number } = this.#know(task as Task);
    this.#tell({
      at: this.#now(),
      what: 'cancel',
      task: number,
      ...(by !== undefined && { by: numberOf(by) }),
    });
  }

  #done(task: Task): void {
    if (task === this.#stepping) this.#step(this.#since, this.#subject.monotonic() - this.#since);
    const { number } = this.#know(task);
    this.#known.delete(task);
    this.#tell({ at: this.#now(), what: 'done', task: number, ...outcomeOf(task) });
  }

  #know(task: Task, parent?: Task): Known {
    const found = this.#known.get(task);
    if (found !== undefined) return found;
    const known: Known = { number: numberOf(task), ready: undefined, by: undefined };
    this.#known.set(task, known);
    const called = task.getCoro().name;
    this.#tell({
      at: this.#now(),
      what: 'create',
      task: known.number,
      loop: numberOf(task.getLoop()),
      name: shortText(titleOf(task, task.getName())),
      ...(called !== '' && called !== 'coro' && { called: shortText(called) }),
      ...(parent !== undefined && { parent: numberOf(parent) }),
    });
    return known;
  }

  #now(): number {
    return origin + this.#subject.monotonic();
  }

  #currentTask(): Task | undefined {
    const task = this.#subject.currentStore()?.task as Task | undefined;
    return task?.done() === false ? task : undefined;
  }

  #tell(event: TraceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

const taskIn = (message: unknown): Task => (message as { task: Task }).task;

const isTask = (what: object): what is Task => 'getCoro' in what;

/** What a task waits for, in words that stay the same from wait to wait. */
function waitText(task: Task, subject: ProbeSubject): string {
  const waits = subject.awaitedBy(task);
  const [first] = waits;
  if (first === undefined) return FOREIGN;
  const text = shortText(futureText(first, subject));
  return waits.length === 1 ? text : `${waits.length} things: ${text}, …`;
}

function futureText(future: object, { isSleep }: ProbeSubject): string {
  if (isTask(future)) return `task ${titleOf(future, future.getName())}`;
  if (isSleep(future)) return 'sleep';
  const { blocker } = future as Future;
  if (blocker === undefined) return 'a future';
  return blocker.kind === '' || blocker.joins !== undefined
    ? blocker.what
    : `${blocker.what} (${blocker.kind})`;
}

function outcomeOf(task: Task): Pick<TraceEvent, 'outcome' | 'error'> {
  if (task.cancelled()) return { outcome: 'cancelled' };
  const failure = failureOf(task);
  return failure === undefined
    ? { outcome: 'finished' }
    : { outcome: 'failed', error: shortText(textOf(failure.error)) };
}

function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'an error that cannot be shown';
  }
}

// Of the thread: one set of listeners serves all.
let events: TaskEvents | undefined;

/** Tells `listener` of each event from now on, and `begun` of each step that begins; returns what ends it. */
export function listenToTasks(
  subject: ProbeSubject,
  listener: TraceListener,
  begun?: BeginListener,
): () => void {
  events ??= new TaskEvents(subject);
  return events.add(listener, begun);
}
