// A made-up program, as attach() would show it.

import type { ProcessView, ThreadView } from '../../../src/inspect/inspect.ts';
import type { SeenLoop, SeenTask } from '../../../src/lowlevel.ts';

export function aTask(id: number, more: Partial<SeenTask> = {}): SeenTask {
  return {
    id,
    loop: 1,
    name: `Task-${id}`,
    state: 'waiting',
    waits: [],
    awaiters: [],
    cancels: 0,
    age: 0,
    ...more,
  };
}

export function aThread(tasks: SeenTask[], loop: Partial<SeenLoop> = {}, thread = 0): ThreadView {
  const loops: SeenLoop[] = [
    {
      id: 1,
      name: 'run',
      debug: false,
      iterations: 1,
      ready: 0,
      timers: 0,
      resources: [],
      deadlocks: [],
      ...loop,
    },
  ];
  const of = { pid: 4711, thread, title: 'node', argv: [], runtime: 'Node 26.10.0' };
  const time = { at: 0, uptime: 1, memory: 100 << 20, took: 1, total: tasks.length };
  return {
    thread,
    name: thread === 0 ? 'main' : `worker ${thread}`,
    snapshot: { protocol: 1, version: '0.1.0', ...of, ...time, loops, tasks },
  };
}

export function aProgram(threads: ThreadView[], more: Partial<ProcessView> = {}): ProcessView {
  const of = {
    pid: 4711,
    parent: 1,
    name: 'server.ts',
    argv: ['node', 'server.ts'],
    runtime: 'node' as const,
  };
  return { ...of, age: 3_780_000, state: 'sleeping', threads, children: [], ...more };
}
