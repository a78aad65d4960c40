// The context that a transport's protocol is called in: its creator's, as for a callback that the creator
// had scheduled (loop/handle.ts).

import { captureHostContext, currentStore, runCaptured } from '../sys/storage.ts';
import type { Enter, Store } from '../sys/storage.ts';

export class CallbackContext {
  readonly #store: Store | undefined = currentStore()?.forCallback();
  readonly #enter: Enter | undefined = captureHostContext();

  /** True when it is the one of the caller: nothing has to be entered. */
  direct(): boolean {
    return this.#enter === undefined && this.#store === undefined && currentStore() === undefined;
  }

  /** Calls `fn` in it. */
  run(fn: () => void): void {
    if (this.direct()) fn();
    else runCaptured(this.#enter, this.#store, fn);
  }
}
