// What a loop keeps for its network: the backend it decided for, and on the selector the descriptors. One
// object of its own, because most loops never need it.

import { UnsupportedError } from '../base/errors.ts';
import { chooseBackend } from './backend.ts';
import type { BackendChoice } from './backend.ts';
import { Descriptors } from './descriptors.ts';
import { checkOpen } from './engine.ts';
import type { Network } from './engine.ts';
import type { Loop } from './loop.ts';
import { runningLoops } from './running.ts';

class LoopNetwork implements Network {
  readonly #loop: Loop;
  #choice: BackendChoice | undefined;
  #descriptors: Descriptors | undefined;

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  get choice(): BackendChoice {
    return (this.#choice ??= chooseBackend(this.#loop._backend));
  }

  /** The name of the backend, if it is decided. */
  get decided(): string | undefined {
    return this.#choice?.name;
  }

  /** @throws UnsupportedError on the host backend */
  get descriptors(): Descriptors {
    if (this.#descriptors !== undefined) return this.#descriptors;
    checkOpen(this.#loop);
    const { name, reason } = this.choice;
    if (name !== 'selector') {
      throw new UnsupportedError(
        `file descriptors need the selector backend, and this is the host's: ${reason}`,
      );
    }
    return (this.#descriptors = new Descriptors(this.#loop));
  }

  /** Descriptors that are waited for. */
  get waiting(): number {
    return this.#descriptors?.size ?? 0;
  }

  pollAgain(): void {
    this.#descriptors?.pollAgain();
  }

  forget(fd: number): boolean {
    return this.#descriptors?.forget(fd) ?? true;
  }

  resume(): void {
    this.#descriptors?.resume();
  }

  suspend(): void {
    this.#descriptors?.suspend();
  }

  close(): void {
    this.#descriptors?.close();
    this.#descriptors = undefined;
  }
}

/** @internal */
function networkOf(loop: Loop): LoopNetwork {
  return (loop._network ??= new LoopNetwork(loop)) as LoopNetwork;
}

/** The backend of a loop, and why it is this one.
 * @throws UnsupportedError when the selector was asked for and can't be had */
export function backendOf(loop: Loop): BackendChoice {
  return networkOf(loop).choice;
}

/** The descriptors that a loop waits for.
 * @throws UnsupportedError (`ERR_ASYNCIO_UNSUPPORTED`) on the host backend */
export function descriptorsOf(loop: Loop): Descriptors {
  return networkOf(loop).descriptors;
}

/** A descriptor is about to be closed: no loop of this thread waits for it any longer.
 * @returns false when it is known that somebody else closed it, so that it must not be closed again */
export function forgetDescriptor(fd: number): boolean {
  return runningLoops().every((loop) => (loop._network as LoopNetwork | undefined)?.forget(fd) ?? true);
}
