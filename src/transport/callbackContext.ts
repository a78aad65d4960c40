// The context that a transport's protocol is called in: a copy of its creator's for each call, as for callbacks
// that the creator had scheduled (loop/handle.ts).

import { storeOnLoop } from '../loop/atWork.ts';
import type { Loop } from '../loop/loop.ts';
import { captureHostContext, runAsCallback, storeForCallback } from '../sys/host/storage.ts';
import type { Enter, Store } from '../sys/host/storage.ts';

export class CallbackContext {
  readonly loop: Loop;
  readonly #store: Store | undefined = storeForCallback();
  readonly #enter: Enter | undefined = captureHostContext();

  constructor(loop: Loop) {
    this.loop = loop;
  }

  /** Calls `fn` in it. */
  run<R>(fn: () => R): R {
    return runAsCallback(this.#enter, storeOnLoop(this.loop, this.#store?.forCallback()), fn);
  }
}
