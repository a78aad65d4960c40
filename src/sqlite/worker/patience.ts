// Waiting for a lock that another connection holds, with back-off.

import { checkCancelled } from '../../worker.ts';
import type { Driver } from './driver.ts';
import { isBusyCode } from './errorCodes.ts';

/** Milliseconds between tries; the last one again and again. */
const DELAYS: readonly number[] = [1, 2, 5, 10, 15, 20, 25, 25, 50, 50, 100];
/** How long a cancel waits at most, in milliseconds. */
const SLICE = 5;

const asleep: Int32Array = new Int32Array(new SharedArrayBuffer(4));

/** Calls `act` again while it fails because the database is locked, for `timeout` milliseconds.
 * @throws what `act` throws; CancelledError */
export function patiently<T>(act: () => T, driver: Driver, timeout: number): T {
  const began = performance.now();
  for (let tries = 0; ; tries++) {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof Error) || !isBusyCode(driver.errorCode(error))) throw error;
      const left = timeout - (performance.now() - began);
      if (left <= 0) throw error;
      const delay = DELAYS[Math.min(tries, DELAYS.length - 1)] as number;
      // Those who wait for the same lock shall not come at the same time.
      rest(Math.min(left, delay * (0.75 + Math.random() / 2)));
    }
  }
}

function rest(milliseconds: number): void {
  for (let left = milliseconds; left > 0; left -= SLICE) {
    checkCancelled();
    Atomics.wait(asleep, 0, 0, Math.min(left, SLICE));
  }
  checkCancelled();
}
