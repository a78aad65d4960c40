// Looks made by hand, for what is printed of them.

import type { SeenTask, SeenWait, Snapshot } from '../../../src/lowlevel.ts';
import type { ProcessView, ThreadView } from '../../../src/inspect/inspect.ts';
import type { Screen } from '../../../src/cli/terminal/screen.ts';

/** A screen of so many columns, without colours. */
export const plain = (columns: number = Infinity): Screen => ({ columns, paint: (_style, text) => text });

export function task(id: number, name: string, more: Partial<SeenTask> = {}): SeenTask {
  return { id, loop: 1, name, state: 'waiting', waits: [], awaiters: [], cancels: 0, age: 0, ...more };
}

export function wait(what: string, more: Partial<SeenWait> = {}): SeenWait {
  return { kind: 'other', what, holders: [], held: false, any: false, ...more };
}

/** A wait for a lock that a task holds. */
export const lockOf = (holder: number, name: string): SeenWait =>
  wait(`Lock "${name}"`, { kind: 'lock', holders: [holder], held: true });

export function snapshot(
  tasks: readonly SeenTask[],
  deadlocks: readonly (readonly number[])[] = [],
): Snapshot {
  return {
    protocol: 1,
    version: '0.1.0',
    pid: 100,
    thread: 0,
    title: 'node',
    argv: [],
    runtime: 'node 26.0.0',
    at: 0,
    uptime: 1000,
    memory: 1,
    took: 1,
    total: tasks.length,
    loops: [
      { id: 1, name: 'run', debug: false, iterations: 1, ready: 0, timers: 0, resources: [], deadlocks },
    ],
    tasks,
  };
}

export function thread(tasks: readonly SeenTask[], more: Partial<ThreadView> = {}): ThreadView {
  return { thread: 0, name: 'main', snapshot: snapshot(tasks), ...more };
}

export function view(threads: readonly ThreadView[], more: Partial<ProcessView> = {}): ProcessView {
  return {
    pid: 100,
    parent: 1,
    name: 'app.ts',
    argv: ['node', 'app.ts'],
    runtime: 'node',
    age: 61_000,
    state: 'sleeping',
    threads,
    children: [],
    ...more,
  };
}

export const frame = (
  name: string,
  file: string,
  line: number,
  isAsync: boolean = true,
): NonNullable<SeenTask['stack']>[number] => ({
  name,
  file,
  line,
  column: 1,
  isAsync,
});
