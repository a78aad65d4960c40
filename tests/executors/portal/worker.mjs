// A worker that does over its portal what it is told, one order after the other; see portal.test.ts.

import { parentPort, workerData } from 'node:worker_threads';
import { connectLoop } from '../../../src/executors/portal/connectLoop.ts';

/** @type {import('node:worker_threads').MessagePort} */
const parent = /** @type {any} */ (parentPort);
const remote = connectLoop(workerData.port);

/** @param {any} error @returns {object} */
function tell(error) {
  const { name, code, message, stack, cause, extra, errors } = error ?? {};
  return { name, code, message, stack, extra, cause: cause && tell(cause), errors: errors?.map(tell) };
}

parent.on('message', async ({ how, name, args = [], options = {} }) => {
  try {
    const called = remote.with(options);
    if (how === 'exit') process.exit(0);
    if (how === 'end') return parent.close();
    if (how === 'close') return remote.close();
    const value = how === 'sync' ? called.callSync(name, ...args) : await called.call(name, ...args);
    parent.postMessage({ value });
  } catch (error) {
    parent.postMessage({ error: tell(error) });
  }
});
