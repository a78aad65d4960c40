// A callback of addReader or addWriter: each event puts its handle into the ready queue, once at a time,
// since a level-triggered event comes again until the callback has dealt with it.

import { Handle } from './handle.ts';
import type { Callback } from './handle.ts';
import type { Loop } from './loop.ts';
import { NOTHING } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';
import type { Store } from '../sys/storage.ts';

export class DescriptorCallback implements Runnable {
  readonly handle: Handle;
  #queued: boolean = false;

  constructor(loop: Loop, callback: Callback<never[]>, args: readonly unknown[], store: Store | undefined) {
    this.handle = new Handle(loop, callback, args, store);
  }

  /** @internal */
  _readable(): Effect {
    if (this.#queued) return NOTHING;
    this.#queued = true;
    this.handle._loop._ready.push(this);
    return NOTHING;
  }

  /** @internal */
  _writable(): Effect {
    return this._readable();
  }

  /** @internal */
  _run(): Effect {
    this.#queued = false;
    return this.handle._run();
  }
}
