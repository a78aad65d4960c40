// run() in a worker thread.

import process from 'node:process';
import { parentPort } from 'node:worker_threads';
import { run, sleep } from 'asyncio-ts';

const message = await run(async () => {
  await sleep(1);
  return { result: 42, listeners: process.listenerCount('SIGINT') + process.listenerCount('SIGTERM') };
});
parentPort?.postMessage(message);
