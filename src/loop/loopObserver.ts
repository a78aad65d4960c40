// Who is told of a thread's loops from outside (reports/observeLoops.ts), in the order in which they came.

import { report } from '../sys/host/report.ts';
import type { Engine } from './engine.ts';

interface Observer {
  started?(loop: Engine): void;
  closing?(loop: Engine): void;
}

/** All observers of this thread's loops. While there is one, new loops keep the places where things are made. */
export const observers: Set<Observer> = new Set();

export function tellObservers(what: keyof Observer, loop: Engine): void {
  for (const observer of [...observers]) {
    try {
      observer[what]?.(loop);
    } catch (error) {
      report('error', (inspect) => `An observer of loops failed (${what}): ${inspect(error)}`);
    }
  }
}
