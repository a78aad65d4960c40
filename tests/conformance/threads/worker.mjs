// A worker that calls back into the loop of the main thread; see threads.test.ts.

import { parentPort, workerData } from 'node:worker_threads';
import { connectLoop } from '../../../src/executors/portal/connectLoop.ts';

/** @type {import('node:worker_threads').MessagePort} */
const parent = /** @type {any} */ (parentPort);
const remote = connectLoop(workerData.port);
for (let i = 0; i < workerData.calls; i++) remote.callSoonThreadsafe('hello', workerData.name, i);
if (workerData.unknown) remote.callSoonThreadsafe('unknown');
remote.callSoonThreadsafe('end');
parent.once('message', () => {
  remote.close();
  let refused = '';
  try {
    remote.callSoonThreadsafe('hello', 'late', 0);
  } catch (error) {
    refused = /** @type {any} */ (error).code;
  }
  parent.postMessage(refused);
  parent.close();
});
