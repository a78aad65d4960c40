// A callback of addReader or addWriter: each event puts its handle into the ready queue. Until that has run there
// is no new poll, which would see the same event once more.

import { Handle } from './handle.ts';
import type { Callback } from './handle.ts';
import type { Loop } from './loop.ts';
import { NOTHING } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';
import type { Store } from '../sys/storage.ts';

/** How many handles of a loop's descriptors stand in the ready queue. */
export interface Outstanding {
  /** @internal */ _outstanding: number;
}

export class DescriptorCallback implements Runnable {
  readonly handle: Handle;
  readonly #descriptors: Outstanding;
  #queued: boolean = false;

  constructor(
    descriptors: Outstanding,
    loop: Loop,
    callback: Callback<never[]>,
    args: readonly unknown[],
    store: Store | undefined,
  ) {
    this.#descriptors = descriptors;
    this.handle = new Handle(loop, callback, args, store);
  }

  /** @internal */
  _readable(): Effect {
    if (this.#queued) return NOTHING;
    this.#queued = true;
    this.#descriptors._outstanding++;
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
    this.#descriptors._outstanding--;
    return this.handle._run();
  }
}
