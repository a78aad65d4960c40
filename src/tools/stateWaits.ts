// StateWaits: those who wait until something holds, as that nothing runs any more.
//
// A wait is settled when its state was reached, also if that has passed again by the time the one who waits goes on: what
// is looked at is every change, from the call on.

import { ParkingLot } from '../lowlevel.ts';
import { inSomeTask } from './startWork.ts';

interface StateWait {
  readonly holds: () => boolean;
  readonly between: boolean;
  reached: boolean;
  lot: ParkingLot | undefined;
}

/** See the head of the file. */
export class StateWaits {
  readonly #what: string;
  readonly #waits: Set<StateWait> = new Set();

  /** @param what the thing, as reports print it */
  constructor(what: string) {
    this.#what = what;
  }

  /** Waits until `holds` is true, now or after a change.
   * @param kind what the waiting code called
   * @param between whether it may be true only between two steps of one change */
  until(holds: () => boolean, kind: string, between: boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    const wait: StateWait = { holds, between, reached: false, lot: undefined };
    this.#waits.add(wait);
    return inSomeTask(async () => {
      try {
        if (wait.reached) return;
        wait.lot = new ParkingLot({ what: this.#what, kind });
        await wait.lot.park();
      } finally {
        this.#waits.delete(wait);
      }
    });
  }

  /** Something has changed; with `between` it is about to change again. */
  look(between: boolean): void {
    for (const wait of this.#waits) {
      if (wait.reached || (between && !wait.between) || !wait.holds()) continue;
      wait.reached = true;
      wait.lot?.unpark();
    }
  }
}
