// A light timer for the library's own use: no context, no arguments, and its callback must not throw nor
// run foreign code.

import { creationPlace } from './creation.ts';
import type { Loop } from './loop.ts';
import { NOTHING } from './runnable.ts';
import type { Effect } from './runnable.ts';
import type { Timed } from './timers.ts';

export class Deadline implements Timed {
  /** @internal */ readonly _when: number;
  /** @internal */ _sequence: number = 0;
  /** @internal */ _dead: boolean = false;
  readonly #loop: Loop;
  #fire: (() => void) | undefined;

  /** Calls `fire` at `when`. If that has passed it stands in the next iteration where callSoon would put it, or
   * with `asTimer` behind what is ready, where callLater would. asyncio's timeouts do the one, its waits the
   * other. */
  constructor(loop: Loop, when: number, fire: () => void, asTimer: boolean = false) {
    this._when = when;
    this.#loop = loop;
    this.#fire = fire;
    if (loop._keepsPlaces) creationPlace.set(this, new Error('created here'));
    if (!asTimer && when <= loop.time()) loop._ready.push(this);
    else loop._addTimer(this);
  }

  /** @internal */
  get _prompt(): boolean {
    return true;
  }

  cancel(): void {
    if (this.#fire === undefined) return;
    this.#fire = undefined;
    if (this._sequence > 0) {
      this._dead = true;
      this.#loop._timers.noteDead();
    }
  }

  _run(): Effect {
    const fire = this.#fire;
    this.#fire = undefined;
    fire?.();
    return NOTHING;
  }
}
