// Work that calls functions of the pool's loop; see pool.test.ts.

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
