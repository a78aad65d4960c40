// Tries to handle a signal in a worker thread, and tells what comes of it.

import { parentPort } from 'node:worker_threads';
import { newEventLoop } from '../../../src/asyncio.ts';

const loop = newEventLoop();
try {
  loop.addSignalHandler('SIGALRM', () => {});
  parentPort?.postMessage('taken');
} catch (error) {
  parentPort?.postMessage(String(error));
}
loop.close();
