// Who is to be told when the peer of a transport hangs up, though nothing is read.

import type { Descriptors, HangUpWatcher } from '../../loop/descriptors.ts';
import type { LifeCycle } from '../../transport/lifeCycle.ts';

/** The transport, as this sees it. */
interface Watched {
  readonly life: LifeCycle;
  readonly descriptors: Descriptors;
  readonly fd: number;
}

export class HangUpWatch implements HangUpWatcher {
  readonly #transport: Watched;
  #told: Set<() => void> = new Set();

  constructor(transport: Watched) {
    this.#transport = transport;
  }

  /** Calls `told` once. @returns what takes it back */
  add(told: () => void): () => void {
    const { life, descriptors, fd } = this.#transport;
    if (life.closing) return () => {};
    const call = (): void => told();
    this.#told.add(call);
    if (this.#told.size === 1) descriptors.watchHangUp(fd, this);
    return () => {
      if (this.#told.delete(call) && this.#told.size === 0) descriptors.unwatchHangUp(fd);
    };
  }

  /** Nobody is told any more. */
  end(): void {
    if (this.#told.size === 0) return;
    this.#told.clear();
    this.#transport.descriptors.unwatchHangUp(this.#transport.fd);
  }

  /** @internal */
  _hungUp(): void {
    const { life } = this.#transport;
    const all = this.#told;
    this.#told = new Set();
    for (const told of all) life.tellOthers('a callback of whenHungUp', told);
  }

  /** Told to the transport itself, where it waits for anything else. @internal */
  _descriptorLost(): void {
    this.#told.clear();
  }
}
