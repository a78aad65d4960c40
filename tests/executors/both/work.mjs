// What the tests of both kinds of pool call in workers.

import { appendFileSync, existsSync } from 'node:fs';

/** @param {number} a @param {number} b */
export const add = (a, b) => a + b;

/** @param {number} a @param {number} b */
export function divide(a, b) {
  if (b === 0) throw new RangeError('division by zero');
  return Math.floor(a / b);
}

/** Writes a line, and ends when `go` is there. @param {string} log @param {string} go */
export async function hold(log, go) {
  appendFileSync(log, 'begun\n');
  while (!existsSync(go)) await new Promise((resolve) => setTimeout(resolve, 2));
  return 'let go';
}

/** @param {string} log @param {string} go */
export async function holdAndFail(log, go) {
  await hold(log, go);
  throw new RangeError('after it was let go');
}

let state = 'uninitialized';
/** @param {string} text */
export function initialize(text) {
  state = text;
}
export const stateHere = () => state;
export function cannotInitialize() {
  throw new RangeError('error in initializer');
}

/** Ends its worker, whatever was sent. @param {unknown[]} _ */
export const exit = (..._) => process.exit(3);

/** @param {string} log @param {string} go */
export async function exitLater(log, go) {
  await hold(log, go);
  process.exit(3);
}

/** A result that cannot be read without an error. */
export function failsWhenCopied() {
  return Object.defineProperty({}, 'field', {
    enumerable: true,
    get() {
      throw new RangeError('while it was copied');
    },
  });
}

/** A result that ends its worker when it is copied. */
export function exitsWhenCopied() {
  return Object.defineProperty({}, 'field', { enumerable: true, get: () => process.exit(3) });
}
