// What is counted while somebody watches: tasks by how they end, and of each task its steps, the time in them, and since
// when it waits. One set of listeners serves all watchers, and is taken away with the last.

import type { Task } from '../core/task/task.ts';
import { failureOf } from '../core/future/lookAtWait.ts';
import { numberOf } from './numbers.ts';
import type { SeenCounts, TraceEvent } from './protocol.ts';
import type { ProbeSubject } from './subject.ts';
import { listenToTasks } from './taskEvents.ts';

type Counts = { -readonly [K in keyof SeenCounts]: SeenCounts[K] };

/** Of one task. */
export interface TaskCounts {
  steps: number;
  /** Milliseconds. */
  cpu: number;
  /** When the present wait began, on the clock of traces; undefined where it is not known. */
  waits: number | undefined;
}

export class Counting {
  readonly #subject: ProbeSubject;
  readonly #loops: WeakMap<object, Counts> = new WeakMap();
  readonly #tasks: Map<number, TaskCounts> = new Map();
  #users: number = 0;
  #stop: () => void = () => {};

  constructor(subject: ProbeSubject) {
    this.#subject = subject;
  }

  /** Counts until the function that is returned is called by each who has called this. */
  start(): () => void {
    if (this.#users++ === 0) this.#begin();
    let counts = true;
    return () => {
      if (!counts) return;
      counts = false;
      if (--this.#users === 0) this.#stop();
    };
  }

  /** Of the tasks of a loop, since counting began; undefined while nobody counts. */
  ofLoop(loop: object): SeenCounts | undefined {
    return this.#users === 0 ? undefined : { ...this.#countsOf(loop) };
  }

  ofTask(number: number): TaskCounts | undefined {
    return this.#users === 0 ? undefined : this.#tasks.get(number);
  }

  #begin(): void {
    const { taskCreate, taskDone } = this.#subject;
    const created = (message: unknown): void => {
      const { task } = message as { task: Task };
      this.#countsOf(task.getLoop()).created++;
      this.#tasks.set(numberOf(task), newCounts());
    };
    const done = (message: unknown): void => {
      const { task } = message as { task: Task };
      this.#countsOf(task.getLoop())[howItEnded(task)]++;
    };
    taskCreate.subscribe(created);
    taskDone.subscribe(done);
    const end = listenToTasks(this.#subject, (event) => this.#note(event));
    this.#stop = () => {
      taskCreate.unsubscribe(created);
      taskDone.unsubscribe(done);
      end();
      this.#tasks.clear();
    };
  }

  #note({ what, task, at, took = 0 }: TraceEvent): void {
    if (what === 'done') {
      this.#tasks.delete(task);
      return;
    }
    let counts = this.#tasks.get(task);
    if (counts === undefined) this.#tasks.set(task, (counts = newCounts()));
    if (what === 'step') {
      counts.steps++;
      counts.cpu += took;
      counts.waits = undefined;
    } else if (what === 'wait') counts.waits ??= at;
  }

  #countsOf(loop: object): Counts {
    let counts = this.#loops.get(loop);
    if (counts === undefined)
      this.#loops.set(loop, (counts = { created: 0, finished: 0, cancelled: 0, failed: 0 }));
    return counts;
  }
}

function newCounts(): TaskCounts {
  return { steps: 0, cpu: 0, waits: undefined };
}

function howItEnded(task: Task): 'cancelled' | 'failed' | 'finished' {
  if (task.cancelled()) return 'cancelled';
  return failureOf(task) === undefined ? 'finished' : 'failed';
}
