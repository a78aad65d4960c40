// Which thread this is.

import { isMainThread } from 'node:worker_threads';

/** False in a worker. */
export const onMainThread: boolean = isMainThread;
