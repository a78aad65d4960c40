// A descriptor in the host's own loop: calls back when it is readable. The loop's epoll descriptor is
// watched with it, so one wake-up of the host stands for a batch of events.
//
// The host calls in the middle of its poll phase, where microtasks are not drained afterwards; therefore the
// callback is put into the check phase, which follows in the same host turn with a full callback scope.

import { ffi } from './ffi.ts';
import type { Ffi } from './ffi.ts';
import { forgetHostTurn, nextHostTurn } from '../host/host.ts';
import { runAtRoot } from '../host/storage.ts';

/** What is held for a watched descriptor; `unref` lets the process end though it is watched. */
export class Watcher {
  readonly #handle: ReturnType<Ffi['node']['poll']>;
  #turn: object | undefined;

  constructor(fd: number, onReadable: () => void) {
    const check = (): void => {
      this.#turn = undefined;
      onReadable();
    };
    const readable = (): void => {
      this.#turn ??= nextHostTurn(check);
    };
    const handle = runAtRoot(() =>
      (ffi() as Ffi).node.poll(fd, { readable: true, writable: false }, readable),
    );
    this.#handle = handle;
    open.add(this);
  }

  ref(): void {
    this.#handle.ref();
  }

  unref(): void {
    this.#handle.unref();
  }

  close(): void {
    this.#handle.close();
    if (this.#turn !== undefined) forgetHostTurn(this.#turn);
    this.#turn = undefined;
    open.delete(this);
  }
}

// The handle stops when it is collected: what watches must be reachable.
const open: Set<Watcher> = new Set();
