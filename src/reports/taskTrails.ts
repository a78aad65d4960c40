// What debug mode adds to the stack of an error that leaves a task: that it did, and where the task was created. With each
// task on its way out it gets one such part, so that the stack leads back to main.
//
// The engine's own stack has the async callers up to the task's coroutine and ends there: whoever started the task has
// gone on since.

import type { creationLines } from '../loop/creation.ts';
import type { Task } from '../core/task/task.ts';

const MOST_TASKS = 8;
const MOST_LINES = 6;
const trails: WeakMap<Error, number> = new WeakMap();

/** The task has just ended; nobody has seen its error yet. */
export function leaveTrail(task: Task, linesOf: typeof creationLines): void {
  try {
    addTrail(task, linesOf);
  } catch {
    // Whatever can be thrown may be, and some of it can't even be looked at.
  }
}

function addTrail(task: Task, linesOf: typeof creationLines): void {
  if (task.cancelled()) return;
  const error = task.exception();
  // A frozen error, and one whose stack is no text, stay as they are.
  if (!(error instanceof Error) || typeof error.stack !== 'string' || !Object.isExtensible(error)) return;
  const passed = trails.get(error) ?? 0;
  const lines = linesOf(task).slice(0, MOST_LINES);
  if (passed >= MOST_TASKS || lines.length === 0) return;
  trails.set(error, passed + 1);
  const stack = [
    error.stack,
    `    -- left ${task.shownName}, which was created --`,
    ...lines.map((line) => `    ${line}`),
  ];
  Reflect.defineProperty(error, 'stack', {
    value: stack.join('\n'),
    configurable: true,
    writable: true,
    enumerable: false,
  });
}
