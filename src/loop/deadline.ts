// A light timer for the library's own use: no context, no arguments, and its callback must not throw nor
// run foreign code.

import { creationPlace } from './creation.ts';
import { addTimer, enqueue, keepsPlaces, timersOf } from './engine.ts';
import type { Engine } from './engine.ts';
import { NOTHING } from './runnable.ts';
import type { Effect } from './runnable.ts';
import type { Timed } from './timers.ts';

export class Deadline implements Timed {
  /** @internal */ readonly _when: number;
  /** @internal */ _sequence: number = 0;
  /** @internal */ _dead: boolean = false;
  readonly #loop: Engine;
  #fire: (() => void) | undefined;

  /** Calls `fire` at `when`. If that has passed it stands in the next iteration where callSoon would put it, or
   * with `asTimer` behind what is ready, where callLater would. asyncio's timeouts do the one, its waits the
   * other. */
  constructor(loop: Engine, when: number, fire: () => void, asTimer: boolean = false) {
    this._when = when;
    this.#loop = loop;
    this.#fire = fire;
    if (keepsPlaces(loop)) creationPlace.set(this, new Error('created here'));
    if (!asTimer && when <= loop.time()) enqueue(loop, this);
    else addTimer(loop, this);
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
      timersOf(this.#loop).noteDead();
    }
  }

  _run(): Effect {
    const fire = this.#fire;
    this.#fire = undefined;
    fire?.();
    return NOTHING;
  }
}
