// What a loop shows of itself to the probe. It imports types alone: the probe is loaded later than the core, and has
// nothing in common with it (docs/design/import-size.md).

import type { Engine } from './engine.ts';
import type { LoopResource, LoopResources } from './resources.ts';

export interface LoopLook {
  readonly iterations: number;
  /** How many entries are ready. */
  readonly ready: number;
  readonly timers: number;
  /** What its network runs on; undefined as long as nothing has asked for it. */
  readonly backend: string | undefined;
  /** What is open on it and not on its way out. */
  readonly resources: readonly LoopResource[];
}

interface Looked extends Engine {
  /** @internal */ _resources: LoopResources | undefined;
}

export function lookAtLoop(loop: Looked): LoopLook {
  const { _ready: ready, _timers: timers, _network: network, _resources: resources } = loop;
  return {
    iterations: ready.iterations,
    ready: ready.length,
    timers: timers.size,
    backend: network?.decided,
    resources: resources === undefined ? [] : [...resources].filter((resource) => !leaves(resource)),
  };
}

/** The first of the list of tasks that are not done; the others follow from it. */
export function newestTask(loop: Engine): object | undefined {
  return loop._tasks.first;
}

function leaves(resource: LoopResource): boolean {
  try {
    return resource.isClosing?.() === true;
  } catch {
    return false;
  }
}
