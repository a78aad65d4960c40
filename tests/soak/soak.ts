// The soak: races without end against things that live long. Each race starts tasks, one of which wins and
// the rest of which are cancelled, inside one scope and under one AbortSignal that outlive them all; a race
// that left a listener, a timer, a task or a reference behind would show as a heap that grows.

import {
  allTasks,
  CancelScope,
  createTask,
  currentSignal,
  getRunningLoop,
  race,
  run,
  sleep,
} from '../../src/asyncio.ts';
import { settledHeap } from './heap.ts';

export interface SoakReport {
  races: number;
  /** Bytes in use after the first tenth, and at the end. */
  heapBefore: number;
  heapAfter: number;
  /** What was still there at the end, after the heap was looked at. */
  listeners: number;
  timers: number;
  tasks: number;
}

/** Counts the abort listeners of a signal from now on. */
function counted(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>): void => {
    listeners.add(args[1]);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
    listeners.delete(args[1]);
    remove(...args);
  };
  return () => listeners.size;
}

const never = (): Promise<void> => sleep(3_600_000);
const soon = async (): Promise<number> => 1;

export async function soak(races: number): Promise<SoakReport> {
  const { signal } = new AbortController();
  const listeners = counted(signal);
  return await run(async () => {
    const report: SoakReport = { races, heapBefore: 0, heapAfter: 0, listeners: 0, timers: 0, tasks: 0 };
    await new CancelScope().run(async () => {
      const ofScope = currentSignal();
      const warmUp = Math.ceil(races / 10);
      for (let i = 0; i < races; i++) {
        await race([soon, never]);
        // One in sixteen runs as a task under the long-lived signal, and looks at the scope's.
        if (i % 16 === 0) {
          const task = createTask(async () => await race([soon, never]), { signal });
          await task;
          if (ofScope.aborted) throw new Error('nobody cancelled the scope');
        }
        if (i === warmUp) report.heapBefore = await settledHeap();
      }
      report.heapAfter = await settledHeap();
      report.listeners = listeners();
      report.timers = getRunningLoop()._timers.live;
      report.tasks = allTasks().size - 1;
    });
    return report;
  });
}
