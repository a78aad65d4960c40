// checkpoint: a place where others may run and a cancel may come, with no promise about who comes next.

import { enqueue } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';
import { runningLoop } from '../../loop/running.ts';
import { Future } from './future.ts';

/** The entry of a checkpoint: a scheduler may run it at any place of its iteration. */
export class CheckpointEntry implements Runnable {
  readonly future: Future<void>;

  constructor(loop: Loop) {
    this.future = new Future<void>({ loop });
  }

  _run(): Effect {
    if (!this.future.done()) this.future.setResult();
    return NOTHING;
  }
}

/** Lets everything that is ready run, and is a place where a cancel is delivered. It stands in a test for
 * any `await` of real code: unlike that of `sleep(0)`, the moment of its return is drawn anew by the seeded
 * scheduler, so that two tasks with checkpoints meet in every possible order. Semantics:
 * trio.lowlevel.checkpoint.
 * @throws NoRunningLoopError outside of a loop
 * @example
 * ```ts
 * import { run, createTask } from 'asyncio-ts';
 * import { checkpoint } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const task = createTask(async () => 'ran');
 *   await checkpoint();
 *   console.log(task.done()); // -> true
 * });
 * ```
 */
export function checkpoint(): Future<void> {
  const loop = runningLoop('checkpoint');
  const entry = new CheckpointEntry(loop);
  enqueue(loop, entry);
  return entry.future;
}
