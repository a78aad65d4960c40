// What a loop waits for that takes real time, as far as it is known: requests to the host, which end by themselves;
// other people's promises, awaited or wrapped, and whatever is open to the outside, which may never bring anything.

import { allTasks } from '../asyncio.ts';
import { taskState, viewLoop } from '../lowlevel.ts';
import type { Loop } from '../lowlevel.ts';
import { requestsInFlight } from './hostWork.ts';

/** True while a request to the host is under way: the host's own word, and the library's. */
export function requestsUnderWay(loop: Loop | undefined): boolean {
  return (loop !== undefined && viewLoop(loop).waitsForRequests) || requestsInFlight();
}

/** True when something outside of the loop may have work under way for it that may also never end: promises that are
 * not the library's, wrapped or awaited, and what is open, where something may come at any time. */
export function waitsForOutside(loop: Loop): boolean {
  const { waitsForPromises, open } = viewLoop(loop);
  return waitsForPromises || open || [...allTasks(loop)].some((task) => taskState(task) === 'elsewhere');
}
