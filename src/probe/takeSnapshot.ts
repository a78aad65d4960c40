// A look from inside, for programs: what `asyncio ps` is told, without a socket.

import { checkOptions } from '../base/checkOptions.ts';
import type { Task } from '../core/task/task.ts';
import { currentStore } from '../sys/host/storage.ts';
import { probeSubject } from './hook.ts';
import type { Snapshot, SnapshotOptions } from './protocol.ts';
import { makeSnapshot } from './snapshot.ts';

/** Looks at all loops that run on this thread and at their tasks: how each stands, what it waits for, and, on Node and
 * Deno, its await stack through all async callers, without any preparation. The tasks are plain values that JSON
 * carries; their numbers stay, and {@link numberOf} gives that of a task.
 *
 * It works in slices of about a millisecond with turns of the host between them, and changes nothing. What it tells was
 * true at some time while it worked. Cancelling a task that awaits it ends the wait at once.
 * @param options `stacks` false leaves the stacks out; `most` is how many tasks, the oldest first
 * @throws InvalidArgumentError when the options are no object
 * @example
 * ```ts
 * import { createTask, Queue, run, sleep } from 'asyncio-ts';
 * import { takeSnapshot } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const worker = createTask(() => new Queue(10, { name: 'jobs' }).get(), { name: 'worker' });
 *   await sleep(0);
 *   const { tasks } = await takeSnapshot();
 *   const seen = tasks.find(({ name }) => name === 'worker');
 *   console.log(seen?.state, seen?.waits[0]?.what); // -> waiting Queue "jobs"
 *   worker.cancel();
 * });
 * ```
 */
export function takeSnapshot(options: SnapshotOptions = {}): Promise<Snapshot> {
  checkOptions(options, 'takeSnapshot');
  const running = currentStore()?.task as Task | undefined;
  return makeSnapshot(probeSubject(), options, { running });
}
