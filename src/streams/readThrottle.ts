// Pausing the transport while a reader holds enough: above twice the limit; resumed at the limit.

import { UnsupportedError, UsageError } from '../base/errors.ts';
import type { ReadTransport } from '../transport/transport.ts';

export class ReadThrottle {
  #transport: ReadTransport | undefined = undefined;
  #paused: boolean = false;

  get paused(): boolean {
    return this.#paused;
  }

  get transport(): ReadTransport | undefined {
    return this.#transport;
  }

  /** @throws UsageError when it has a transport */
  attach(transport: ReadTransport): void {
    if (this.#transport !== undefined) throw new UsageError('the reader has a transport already');
    this.#transport = transport;
  }

  /** The stream goes on over another transport, which is not paused yet. */
  replace(transport: ReadTransport, held: number, limit: number): void {
    this.#transport = transport;
    this.#paused = false;
    this.rose(held, limit);
  }

  /** The reader holds `held` bytes, more than before. */
  rose(held: number, limit: number): void {
    if (held <= 2 * limit || this.#paused || this.#transport === undefined) return;
    try {
      this.#transport.pauseReading();
      this.#paused = true;
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error;
      // It can't be paused: everything it sends is held.
      this.#transport = undefined;
    }
  }

  /** The reader holds `held` bytes, fewer than before. */
  fell(held: number, limit: number): void {
    if (this.#paused && held <= limit) this.resume();
  }

  /** The reader holds `held` bytes, more or fewer than before. */
  changed(held: number, limit: number): void {
    if (this.#paused) this.fell(held, limit);
    else this.rose(held, limit);
  }

  /** Somebody waits for more, however much is held. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#transport?.resumeReading();
  }
}
