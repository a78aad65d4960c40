// Work that calls functions of the pool's loop; see pool.test.ts.

import { currentWork } from '../../../src/executors/currentWork.ts';
import { poolLoop } from '../../../src/executors/portal/poolLoop.ts';

/** @param {readonly string[]} names */
export function total(names) {
  let sum = 0;
  for (const name of names) sum += /** @type {number} */ (poolLoop().callSync('price', name));
  return sum;
}

/** @param {string} name */
export const priceOf = async (name) => await poolLoop().call('price', name);

/** Sleeps until the handler returns. */
export function sleeps() {
  try {
    poolLoop().callSync('wait');
  } catch (error) {
    return /** @type {Error} */ (error).name;
  }
  return 'returned';
}

export const asksForMore = () => poolLoop().with({ timeout: 50 }).callSync('submitMore');

/** @template T @param {T} value @returns {Promise<T>} */
export async function echo(value) {
  const back = poolLoop().callSync('echo', value);
  return /** @type {T} */ (await poolLoop().call('echo', back));
}

/** @param {() => unknown} fn @param {(error: any) => string} show */
async function outcome(fn, show = (error) => error.name) {
  try {
    return `no error: ${await fn()}`;
  } catch (error) {
    return show(error);
  }
}

export async function failing() {
  /** @param {any} error */
  const whole = (error) =>
    `${error.name}: ${error.message}, caused by ${error.cause.name}: ${error.cause.message}, ${error.errors.map(String)}`;
  return {
    sync: await outcome(() => poolLoop().callSync('fail'), whole),
    async: await outcome(() => poolLoop().call('fail'), whole),
    unknown: await outcome(() => poolLoop().callSync('nothing')),
    unsendable: await outcome(() => poolLoop().callSync('unsendable')),
    argument: await outcome(() => poolLoop().callSync('echo', () => 1)),
  };
}

export async function mixed() {
  const loop = poolLoop();
  loop.callSoonThreadsafe('tell', 1);
  const slow = loop.call('later', 30);
  const quick = loop.callSync('later', 5);
  loop.callSoonThreadsafe('tell', 2);
  const other = await loop.call('later', 20);
  return [await slow, quick, other];
}

export async function givesUp() {
  const loop = poolLoop().with({ timeout: 20 });
  const ended = new AbortController();
  const signalled = outcome(() => poolLoop().with({ signal: ended.signal }).call('wait', 'signal'));
  const sync = await outcome(() => loop.callSync('wait', 'sync'));
  const limit = await outcome(() => loop.call('wait', 'limit'));
  ended.abort(new RangeError('enough'));
  return { sync, limit, signal: await signalled };
}

/** Sleeps again when it is woken. */
export function stubborn() {
  for (;;) {
    try {
      poolLoop().callSync('wait');
    } catch {
      // It goes on.
    }
  }
}

export function timeLeft() {
  const deadline = currentWork()?.deadline;
  return deadline === undefined ? undefined : deadline - performance.now();
}

export const never = () => new Promise(() => setInterval(() => {}, 1000));
export const one = () => 1;
