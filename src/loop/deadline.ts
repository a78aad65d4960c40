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

  /** Calls `fire` at `when`, in the next iteration if that has passed. */
  constructor(loop: Loop, when: number, fire: () => void) {
    this._when = when;
    this.#loop = loop;
    this.#fire = fire;
    if (loop._keepsPlaces) creationPlace.set(this, new Error('created here'));
    if (when <= loop.time()) loop._ready.push(this);
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
