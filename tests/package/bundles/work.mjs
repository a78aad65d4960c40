// What the bundled program has called in its workers: a module for them, which no bundler has seen.

import { isMainThread } from 'node:worker_threads';

export function whoAmI() {
  return isMainThread ? 'process' : 'thread';
}

/** @param {number} to */
export function* count(to) {
  for (let n = 1; n <= to; n++) yield n;
}
