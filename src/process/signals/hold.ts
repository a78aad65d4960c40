// What keeps the process alive while a signal could wake somebody: the host doesn't count a listener for signals as
// work. Only while the loop runs.

import { keepAlive } from '../../sys/host/host.ts';

export class Hold {
  readonly #wanted: () => boolean;
  #running: boolean;
  #release: (() => void) | undefined = undefined;

  /** @param wanted whether anybody waits for a signal */
  constructor(wanted: () => boolean, running: boolean) {
    this.#wanted = wanted;
    this.#running = running;
  }

  /** The loop has started, or come to rest. */
  set running(running: boolean) {
    this.#running = running;
    this.look();
  }

  /** What is wanted may have changed. */
  look(): void {
    if (this.#running && this.#wanted()) this.#release ??= keepAlive();
    else {
      this.#release?.();
      this.#release = undefined;
    }
  }
}
