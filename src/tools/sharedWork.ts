// SharedWork: one work that several wait for.
//
// 1. It runs in a task of its own, which belongs to none of them.
// 2. Who is cancelled leaves; when the last one has left, the work is cancelled.
// 3. Nobody joins what is cancelled, and who would have them join is told: `left` is called when the last one has left, and
//    when the work was cancelled by others, as by the end of its loop before it had begun.

import { shield, spawn } from '../asyncio.ts';
import type { RunningTask, Task } from '../asyncio.ts';
import { isInTask } from '../lowlevel.ts';
import { startWork } from './startWork.ts';

/** See the head of the file. */
export class SharedWork<T> {
  readonly #work: Task<T>;
  readonly #left: () => void;
  #waiting = 0;

  constructor(body: (task: RunningTask) => Promise<T>, left: () => void) {
    this.#left = left;
    this.#work = spawn(body);
    this.#work.addDoneCallback((work) => {
      if (work.cancelled()) left();
      // Whoever waits is told of a failure, and somebody does.
      else work.exception();
    });
  }

  /** Waits for its end, until `signal` is aborted. */
  join(signal?: AbortSignal): Promise<T> {
    this.#waiting++;
    let joined = true;
    const leave = (): void => {
      if (!joined) return;
      joined = false;
      if (--this.#waiting > 0 || this.#work.done()) return;
      this.#left();
      this.#work.cancel('nobody waits for it any more');
    };
    const wait = async (): Promise<T> => {
      try {
        return await shield(this.#work);
      } finally {
        leave();
      }
    };
    if (signal === undefined && isInTask()) return wait();
    const task = startWork(wait, { signal });
    // One that was cancelled before it began has run nothing of the above.
    task.addDoneCallback(leave);
    return task;
  }
}
