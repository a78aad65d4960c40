// What a loop waits for that takes real time, as far as it is known: requests to the host, which end by themselves;
// other people's promises, awaited or wrapped, and whatever is open to the outside, which may never bring anything.

import { tasksOf } from '../core/task/registry.ts';
import type { Task } from '../core/task/task.ts';
import { foreignWaitsOf } from '../loop/engine.ts';
import type { Loop } from '../loop/loop.ts';
import { requestsInFlight } from './hostWork.ts';
import { isStarted } from '../core/future/futureState.ts';

/** True while a request to the host is under way: the host's own word, and the library's. */
export function requestsUnderWay(loop: Loop | undefined): boolean {
  return (loop !== undefined && foreignWaitsOf(loop)?.requests.any === true) || requestsInFlight();
}

/** True when something outside of the loop may have work under way for it that may also never end. */
export function waitsForOutside(loop: Loop): boolean {
  return (
    foreignWaitsOf(loop)?.promises.any === true ||
    isOpen(loop) ||
    (tasksOf(loop) as Task[]).some(awaitsForeign)
  );
}

function awaitsForeign(task: Task): boolean {
  return isStarted(task) && task._waits === undefined;
}

/** Connections, listeners and pipes, and descriptors that are watched: something may come at any time. */
function isOpen({ resources, _network: network }: Loop): boolean {
  return resources.size > 0 || (network !== undefined && network.waiting > 0);
}
