// Who waits for whom on a loop, for programs: as data and as text. Unlike the files that it stands on it is not
// loaded lazily.

import { checkOptions } from '../base/checkOptions.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { isStarted } from '../core/future/futureState.ts';
import { awaitedBy } from '../core/future/wait.ts';
import { Task } from '../core/task/task.ts';
import { checkLoop } from '../loop/checkLoop.ts';
import type { Loop } from '../loop/loop.ts';
import { titleOf, waitsOf } from './taskWaits.ts';
import type { TaskWait } from './taskWaits.ts';
import { findCycles } from './waitCycles.ts';
import type { CycleStep } from './waitCycles.ts';
import { waitReport } from './waitReport.ts';
import { viewWaits } from './waitView.ts';

/** What `task` waits for: one thing almost always, several where it awaits a `Promise.all` of futures. Empty for one
 * that has not started, is done, runs, or awaits a promise that is not the library's; {@link taskState} tells these
 * apart.
 * @throws InvalidArgumentError when it is no task of this library
 * @example
 * ```ts
 * import { createTask, Lock, run, sleep } from 'asyncio-ts';
 * import { taskWaits } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const lock = new Lock({ name: 'db' });
 *   using _ = await lock.acquire();
 *   const task = createTask(() => lock.with(() => {}));
 *   await sleep(0);
 *   for (const { what, holders } of taskWaits(task))
 *     console.log(`${what}, held by ${holders[0]?.getName()}`); // -> Lock "db", held by main
 * });
 * ```
 */
export function taskWaits(task: Task): TaskWait[] {
  checkTask(task, 'taskWaits');
  return waitsOf(task, viewWaits(task.getLoop()));
}

/** How a task stands.
 * @example
 * ```ts
 * import { createTask, run } from 'asyncio-ts';
 * import { taskState, type TaskState } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const state: TaskState = taskState(createTask(async () => {}));
 *   console.log(state); // -> created
 * });
 * ```
 */
export type TaskState = 'created' | 'waiting' | 'elsewhere' | 'done';

/** How `task` stands: `created` before its first step, `waiting` for something of the library's (see
 * {@link taskWaits}), `elsewhere` when it runs or awaits a promise that is not the library's, `done`.
 * @throws InvalidArgumentError when it is no task of this library
 * @example
 * ```ts
 * import { createTask, run, sleep } from 'asyncio-ts';
 * import { taskState } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const task = createTask(() => sleep(1));
 *   await sleep(0);
 *   console.log(taskState(task)); // -> waiting
 * });
 * ```
 */
export function taskState(task: Task): TaskState {
  checkTask(task, 'taskState');
  if (task.done()) return 'done';
  if (!isStarted(task)) return 'created';
  return awaitedBy(task).length === 0 ? 'elsewhere' : 'waiting';
}

/** The task's name, with its function's where that adds something: how reports name it.
 * @throws InvalidArgumentError when it is no task of this library
 * @example
 * ```ts
 * import { createTask, run } from 'asyncio-ts';
 * import { taskTitle } from 'asyncio-ts/lowlevel';
 * await run(async () => console.log(taskTitle(createTask(async function fetchAll() {}, { name: 'job' }))));
 * // -> job (fetchAll)
 * ```
 */
export function taskTitle(task: Task): string {
  checkTask(task, 'taskTitle');
  return titleOf(task);
}

/** The circles of tasks that wait for each other on `loop`, one for each group of tasks that share some.
 * @param options `certain` true leaves out those that a task outside of the circle could end; false by default
 * @throws InvalidArgumentError when it is no loop of this library, or `options` no object
 * @example
 * ```ts
 * import { createTask, getRunningLoop, Lock, run, sleep } from 'asyncio-ts';
 * import { waitCycles } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   const [left, right] = [new Lock(), new Lock()];
 *   const philosopher = (first: Lock, second: Lock) => async () => {
 *     using _ = await first.acquire();
 *     await sleep(1);
 *     using __ = await second.acquire();
 *   };
 *   createTask(philosopher(left, right), { name: 'Ann' });
 *   createTask(philosopher(right, left), { name: 'Bob' });
 *   await sleep(5);
 *   for (const cycle of waitCycles(getRunningLoop()))
 *     console.log(cycle.map(({ task, wait }) => `${task.getName()}: ${wait.call}`).join(', '));
 *   // -> Ann: lock.acquire, Bob: lock.acquire
 * });
 * ```
 */
export function waitCycles(loop: Loop, options: { certain?: boolean | undefined } = {}): CycleStep[][] {
  checkLoop(loop, 'waitCycles');
  checkOptions(options, 'waitCycles');
  return findCycles(viewWaits(loop), options.certain === true);
}

/** All unfinished tasks of `loop` as text: first those in circles, then what each of the others waits for, and who
 * holds that. In debug mode with the lines where they wait.
 * @throws InvalidArgumentError when it is no loop of this library
 * @example
 * ```ts
 * import { createTask, getRunningLoop, Event, run, sleep } from 'asyncio-ts';
 * import { formatWaits } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   createTask(() => new Event({ name: 'go' }).wait(), { name: 'worker' });
 *   await sleep(0);
 *   console.log(formatWaits(getRunningLoop()).split('\n')[1]); // ->     worker  waits for Event "go" ...
 * });
 * ```
 */
export function formatWaits(loop: Loop): string {
  checkLoop(loop, 'formatWaits');
  return waitReport(viewWaits(loop));
}

function checkTask(task: unknown, method: string): void {
  if (task instanceof Task) return;
  throw new InvalidArgumentError('task', `${method} needs a task, not ${showValue(task)}`);
}
