// Call graphs reduced to names, as asyncio's own tests compare them.

import { captureCallGraph, Task } from '../../src/asyncio.ts';
import type { CallGraphOptions, Future, FutureCallGraph } from '../../src/asyncio.ts';

/** [future, functions of its call stack, who awaits it] */
export type Shape = [future: string, stack: string[], awaitedBy: Shape[]];

export function shapeOf(graph: FutureCallGraph | undefined): Shape {
  if (graph === undefined) throw new Error('no graph');
  const { future, callStack, awaitedBy } = graph;
  const name = future instanceof Task ? `T<${future.getName()}>` : 'F';
  const shapes = awaitedBy.map(shapeOf).sort(([a], [b]) => (a < b ? -1 : 1));
  return [name, callStack.map(({ frame }) => frame.name), shapes];
}

/** The shape of what stands here; the frames of the test runner below `main` are left out. */
export function shapeHere(future?: Future, options: CallGraphOptions = {}): Shape {
  return shapeOf(captureCallGraph(future, { ...options, depth: (options.depth ?? 1) + 1 }));
}
