// What the host says about the listeners of an AbortSignal.

import { getEventListeners } from 'node:events';
import { runtime } from './host.ts';

/** Whether the host's own operations, such as `fetch`, show up among the listeners. In Bun and Deno they
 * learn of an abort in another way. */
export const operationsListen: boolean = runtime().name === 'node';

/** Whether a listener stands for an operation that still runs. `fetch` of Node before 26 leaves one behind
 * for each request that has ended. */
export const listenersLeave: boolean = operationsListen && Number.parseInt(runtime().version, 10) >= 26;

/** How many listeners wait for the signal's abort; 1 where the host does not say. */
export function abortListenerCount(signal: AbortSignal): number {
  try {
    return getEventListeners(signal, 'abort').length;
  } catch {
    return 1;
  }
}
