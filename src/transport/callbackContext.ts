// The context that a transport's protocol is called in: a copy of its creator's for each call, as for callbacks
// that the creator had scheduled (loop/handle.ts).

import { captureHostContext, runAsCallback, storeForCallback } from '../sys/host/storage.ts';
import type { Enter, Store } from '../sys/host/storage.ts';

export class CallbackContext {
  readonly #store: Store | undefined = storeForCallback();
  readonly #enter: Enter | undefined = captureHostContext();

  /** Calls `fn` in it. */
  run<R>(fn: () => R): R {
    return runAsCallback(this.#enter, this.#store?.forCallback(), fn);
  }
}
