// What the host tells about the listeners of an AbortSignal.

import { getEventListeners } from 'node:events';

/** How many listeners wait for the signal's abort; 1 where the host does not tell. */
export function abortListenerCount(signal: AbortSignal): number {
  try {
    return getEventListeners(signal, 'abort').length;
  } catch {
    return 1;
  }
}
