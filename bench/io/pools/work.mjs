// What the workers of every pool do.

import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

/** @param {{ a: number, b: number }} numbers */
export const add = ({ a, b }) => a + b;

/** Hashes for some milliseconds; always the same. @param {number} rounds */
export function burn(rounds) {
  let digest = 'begin';
  for (let i = 0; i < rounds; i += 1) digest = createHash('sha256').update(digest).digest('hex');
  return digest.length;
}

/** Answers bare messages of a thread or a child, each with its number. */
export function serve() {
  if (parentPort !== null) {
    const port = parentPort;
    port.on('message', ([id, numbers]) => port.postMessage([id, add(numbers)]));
  } else {
    process.on('message', (/** @type {any} */ [id, numbers]) => void process.send?.([id, add(numbers)]));
  }
}
