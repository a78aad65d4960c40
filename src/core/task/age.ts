// How old a task is.
//
// It is kept in each task, in whole ticks, which fit into the field itself, and is the time that the loop has read
// lately: making a task reads no clock.

import { readyQueueOf } from '../../loop/engine.ts';
import type { Engine } from '../../loop/engine.ts';

/** Milliseconds. Ages of more than a year do not fit. */
const TICK = 16;

/** What {@link ageOf} counts from. @internal */
export function tickOf(loop: Pick<Engine, '_ready'>): number {
  return (readyQueueOf(loop).lately / TICK) | 0;
}

export interface Aged {
  /** @internal */ readonly _loop: Pick<Engine, '_ready'>;
  /** @internal */ readonly _born: number;
}

/** Milliseconds since the task was made, give or take a tick and how long the loop was held meanwhile. */
export function ageOf(task: Aged): number {
  return Math.max(0, tickOf(task._loop) - task._born) * TICK;
}
