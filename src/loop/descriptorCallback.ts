// A callback of addReader or addWriter: each event puts its handle into the ready queue. Until that has run there
// is no new poll, which would see the same event once more.
//
// The loop does not know whether a callback dealt with its event: one that leaves it is called again and again,
// as in asyncio. When its descriptor was closed by somebody else it can't deal with it, so now and then the
// table is asked. A callback whose handle is cancelled is taken out at its next event.

import { enqueue } from './engine.ts';
import type { Engine } from './engine.ts';
import { Handle } from './handle.ts';
import type { Callback } from './handle.ts';
import { descriptorLost } from './registrations.ts';
import { DRAIN, NOTHING } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';
import type { Store } from '../sys/host/storage.ts';

// How many events are trusted before the table is asked, which is a system call.
const EVENTS_BETWEEN_LOOKS = 64;

/** What a callback needs of the loop's descriptors. */
interface Table {
  /** How many handles stand in the ready queue. @internal */
  _outstanding: number;
  unwatchReadable(fd: number): boolean;
  unwatchWritable(fd: number): boolean;
  /** @internal */ verify(fd: number): boolean;
}

export class DescriptorCallback implements Runnable {
  readonly handle: Handle;
  readonly #descriptors: Table;
  readonly #fd: number;
  #queued: boolean = false;
  #events: number = 0;

  constructor(
    descriptors: Table,
    fd: number,
    loop: Engine,
    callback: Callback<never[]>,
    args: readonly unknown[],
    store: Store | undefined,
  ) {
    this.#descriptors = descriptors;
    this.#fd = fd;
    this.handle = new Handle(loop, callback, args, store);
  }

  /** @internal */
  _readable(): Effect {
    if (!this.handle.cancelled()) return this.#event();
    this.#descriptors.unwatchReadable(this.#fd);
    return NOTHING;
  }

  /** @internal */
  _writable(): Effect {
    if (!this.handle.cancelled()) return this.#event();
    this.#descriptors.unwatchWritable(this.#fd);
    return NOTHING;
  }

  #event(): Effect {
    if (this.#queued) return NOTHING;
    if (++this.#events % EVENTS_BETWEEN_LOOKS === 0 && !this.#descriptors.verify(this.#fd))
      return this.#reportLoss();
    this.#queued = true;
    this.#descriptors._outstanding++;
    enqueue(this.handle._loop, this);
    return NOTHING;
  }

  /** @internal */
  _descriptorLost(): void {
    this.handle.cancel();
  }

  #reportLoss(): Effect {
    const { _loop: loop } = this.handle;
    loop.callExceptionHandler({
      message: 'a descriptor was closed before removeReader or removeWriter was called for it',
      exception: descriptorLost(this.#fd),
      handle: this.handle,
    });
    return DRAIN;
  }

  /** @internal */
  _run(): Effect {
    this.#queued = false;
    this.#descriptors._outstanding--;
    return this.handle._run();
  }
}
