// The entry point `asyncio-ts/worker`: what work asks of the call it runs in. `asyncio-ts` has the same names; this is the
// small part of it for modules that are loaded in a pool's workers, which start quicker without the rest.

import './sys/host/nodeVersion.ts';

export { CancelledError } from './base/errors.ts';
export { checkCancelled, currentWork, workSignal } from './executors/currentWork.ts';
export type { WorkContext } from './executors/currentWork.ts';
export { transfer } from './executors/transfer.ts';
