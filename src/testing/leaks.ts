// What a loop still holds, and the error that reports it with the places where it was made.

import { allTasks, AsyncioError } from '../asyncio.ts';
import type { Task } from '../asyncio.ts';
import { creationLines, defineError, taskState, taskTitle, taskWaits, viewLoop } from '../lowlevel.ts';
import type { Loop, Scheduled } from '../lowlevel.ts';

/** Something that was left behind.
 * @example
 * ```ts
 * import type { Leak } from 'asyncio-ts/testing';
 * const leak: Leak = { kind: 'resource', what: 'TCPServerWrap', place: [] };
 * console.log(leak.kind); // -> resource
 * ```
 */
export interface Leak {
  readonly kind: 'task' | 'timer' | 'handle' | 'loop' | 'resource' | 'descriptor';
  readonly what: string;
  /** The lines of the stack at which it was made, as far as they are known. */
  readonly place: readonly string[];
}

/** A test left something behind.
 * @example
 * ```ts
 * import { createTask, sleep } from 'asyncio-ts';
 * import { runTest, LeakError } from 'asyncio-ts/testing';
 * try {
 *   await runTest(async () => { createTask(() => sleep(1000), { name: 'forgotten' }); });
 * } catch (error) {
 *   console.log(error instanceof LeakError, (error as LeakError).leaks[0]?.kind); // -> true task
 * }
 * ```
 */
export class LeakError extends AsyncioError {
  readonly leaks: readonly Leak[];

  constructor(leaks: readonly Leak[]) {
    const count = leaks.length === 1 ? 'something was' : `${leaks.length} things were`;
    super('ERR_ASYNCIO_LEAK', `${count} left behind:\n${leaks.map(describeLeak).join('\n')}`);
    this.leaks = leaks;
  }
}
defineError(LeakError, 'LeakError');

const MOST_LINES = 4;

function describeLeak({ kind, what, place }: Leak): string {
  const made = place.slice(0, MOST_LINES).map((line) => `\n      ${line}`);
  return `  ${kind} ${what}${made.length > 0 ? `, made${made.join('')}` : ''}`;
}

/** Every unfinished task, live timer, handle and open resource of the loop. */
export function leaksOf(loop: Loop): Leak[] {
  const tasks = [...allTasks(loop)];
  const view = viewLoop(loop);
  const scheduled = view.scheduled();
  const timers = scheduled
    .filter(({ kind }) => kind === 'timer')
    // Those of a task that was left (its sleeps, its timeouts) go with it.
    .filter(({ byProgram }) => byProgram || tasks.length === 0);
  return [
    ...tasks.map(describeTask),
    ...timers.map((timer) => describeTimer(timer, loop.time())),
    ...scheduled
      .filter(({ kind }) => kind === 'callback')
      .map(({ name, place }): Leak => ({ kind: 'handle', what: name, place })),
    // Servers and connections that nobody closed: they go with the loop, and whoever waits for them hears nothing.
    ...view
      .resources()
      .map(({ description, place }): Leak => ({ kind: 'resource', what: description, place })),
  ];
}

function describeTask(task: Task): Leak {
  const waits = taskWaits(task)
    .map(({ what }) => what)
    .join(' and ');
  const state =
    waits !== ''
      ? ` waits for ${waits}`
      : taskState(task) === 'created'
        ? ' has not started'
        : ' waits for a foreign promise';
  return { kind: 'task', what: `${taskTitle(task)}${state}`, place: creationLines(task) };
}

function describeTimer({ name, when = 0, place }: Scheduled, now: number): Leak {
  const left = Math.max(0, Math.round(when - now));
  return { kind: 'timer', what: `${name}, due in ${left} ms`, place };
}
