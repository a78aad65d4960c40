// A worker that calls back into the loop of the main thread; see threads.test.ts.

import { parentPort, workerData } from 'node:worker_threads';
import { connectLoop } from '../../../src/facade/threadPorts.ts';

const remote = connectLoop(workerData.port);
for (let i = 0; i < workerData.calls; i++) remote.callSoonThreadsafe('hello', workerData.name, i);
if (workerData.unknown) remote.callSoonThreadsafe('unknown');
remote.callSoonThreadsafe('end');
parentPort.once('message', () => {
  remote.close();
  let refused = '';
  try {
    remote.callSoonThreadsafe('hello', 'late', 0);
  } catch (error) {
    refused = error.code;
  }
  parentPort.postMessage(refused);
  parentPort.close();
});
