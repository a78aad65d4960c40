// What a loop still holds, and the error that tells of it with the places where it was made.

import { AsyncioError } from '../base/errors.ts';
import { tasksOf } from '../core/task/registry.ts';
import type { Task } from '../core/task/task.ts';
import { title, waitsOf } from '../reports/taskWaits.ts';
import type { WaitView } from '../reports/taskWaits.ts';
import { viewWaits } from '../reports/waitView.ts';
import { creationLines } from '../loop/creation.ts';
import { readyQueueOf, timersOf } from '../loop/engine.ts';
import { Handle } from '../loop/handle.ts';
import type { Loop } from '../loop/loop.ts';
import { describeResource } from '../loop/resources.ts';
import { isStarted } from '../core/future/futureState.ts';

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
Object.defineProperty(LeakError.prototype, 'name', {
  value: 'LeakError',
  configurable: true,
  writable: true,
});

const MOST_LINES = 4;

function describeLeak({ kind, what, place }: Leak): string {
  const made = place.slice(0, MOST_LINES).map((line) => `\n      ${line}`);
  return `  ${kind} ${what}${made.length > 0 ? `, made${made.join('')}` : ''}`;
}

/** Every unfinished task, live timer and handle of the loop. */
export function leaksOf(loop: Loop): Leak[] {
  const tasks = tasksOf(loop) as Task[];
  const view = viewWaits(loop);
  return [
    ...tasks.map((task) => describeTask(task, view)),
    ...timerLeaks(loop, tasks),
    ...handleLeaks(loop),
    ...resourceLeaks(loop),
  ];
}

function describeTask(task: Task, view: WaitView): Leak {
  const waits = waitsOf(task, view)
    .map(({ what }) => what)
    .join(' and ');
  const state =
    waits !== ''
      ? ` waits for ${waits}`
      : isStarted(task)
        ? ' waits for a foreign promise'
        : ' has not started';
  return { kind: 'task', what: `${title(task)}${state}`, place: creationLines(task) };
}

function timerLeaks(loop: Loop, tasks: readonly Task[]): Leak[] {
  const leaks: Leak[] = [];
  for (const timer of timersOf(loop)) {
    // Those of a task that was left (its sleeps, its timeouts) go with it.
    const isHandle = timer instanceof Handle;
    if (!isHandle && tasks.length > 0) continue;
    const name = isHandle ? timer._callback?.name || '(anonymous)' : timer.constructor.name.toLowerCase();
    const left = Math.max(0, Math.round(timer._when - loop.time()));
    leaks.push({ kind: 'timer', what: `${name}, due in ${left} ms`, place: creationLines(timer) });
  }
  return leaks;
}

// Servers and connections that nobody closed: they go with the loop, and whoever waits for them hears nothing.
function resourceLeaks(loop: Loop): Leak[] {
  return [...loop.resources]
    .filter((open) => open.isClosing?.() !== true)
    .map((open) => ({ kind: 'resource', what: describeResource(open), place: creationLines(open) }));
}

function handleLeaks(loop: Loop): Leak[] {
  const leaks: Leak[] = [];
  for (const entry of readyQueueOf(loop)) {
    if (!(entry instanceof Handle) || entry.cancelled()) continue;
    leaks.push({
      kind: 'handle',
      what: entry._callback?.name || '(anonymous)',
      place: creationLines(entry),
    });
  }
  return leaks;
}
