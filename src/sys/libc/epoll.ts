// One epoll set. `wait` fills a table that is reused: read it before the next call.
//
// The event's data holds the descriptor and the generation under which it was added, so that an event for a
// descriptor that was closed and opened anew meanwhile is told from one for the new owner.
//
// The system keeps a registration by the open file and the number that it was added with, until the last
// duplicate of the open file is closed. When the number is closed by somebody else while a duplicate lives on,
// in this process or in a child, no call can take the registration out any more, and its events go on. What
// changes or removes a registration tells that by `false`; `renew` is the only way out.

import process from 'node:process';
import { EBADF, EEXIST, EINTR, ENOENT, EPERM, lastError, systemError } from './errno.ts';
import { errno } from './ffi.ts';
import { libc } from './libc.ts';

export const EPOLLIN = 0x001;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;
export const EPOLLRDHUP = 0x2000;

const ADD = 1;
const DELETE = 2;
const MODIFY = 3;
const CLOEXEC = 0o2000000;
// struct epoll_event is packed on x86-64 alone: there the data follows the mask without a gap.
const STRIDE: number = process.arch === 'x64' ? 3 : 4;
const DATA: number = STRIDE - 2;

/** What a set holds of a descriptor. */
export interface EpollEntry {
  readonly fd: number;
  readonly mask: number;
  readonly generation: number;
}

export class Epoll {
  /** Readable when an event is there; to be watched by the host's loop. Another one after {@link renew}. */
  fd: number;
  readonly #event: Uint32Array = new Uint32Array(STRIDE);
  readonly #eventBytes: Uint8Array = new Uint8Array(this.#event.buffer);
  #events: Uint32Array;
  #eventsBytes: Uint8Array;
  #capacity: number;

  constructor(capacity: number = 256) {
    this.fd = create();
    if (this.fd < 0) throw lastError('epoll_create1');
    this.#capacity = capacity;
    this.#events = new Uint32Array(STRIDE * capacity);
    this.#eventsBytes = new Uint8Array(this.#events.buffer);
  }

  /** Makes room for `count` events of one wait. */
  reserve(count: number): void {
    if (count <= this.#capacity) return;
    this.#capacity = Math.max(count, 2 * this.#capacity);
    this.#events = new Uint32Array(STRIDE * this.#capacity);
    this.#eventsBytes = new Uint8Array(this.#events.buffer);
  }

  /** @throws OSError */
  add(fd: number, mask: number, generation: number = 0): void {
    let number = this.#control(ADD, fd, mask, generation);
    // What was left of an earlier registration of the number, and is the same open file once more.
    if (number === EEXIST) number = this.#control(MODIFY, fd, mask, generation);
    if (number !== 0) throw systemError(number, 'epoll_ctl');
  }

  /** False when the set does not know what is behind the number now: it was closed since it was added.
   * @throws OSError */
  modify(fd: number, mask: number, generation: number = 0): boolean {
    const number = this.#control(MODIFY, fd, mask, generation);
    if (number === 0) return true;
    // EPERM: what has the number now can't be waited for, as a file.
    if (number === ENOENT || number === EBADF || number === EPERM) return false;
    throw systemError(number, 'epoll_ctl');
  }

  /** Takes a descriptor out; false as for {@link modify}. */
  remove(fd: number): boolean {
    return this.#control(DELETE, fd, 0, 0) === 0;
  }

  /** Begins anew with a set of what is registered rightly, so that nothing else is in it. Returns what of it was
   * not, because the number was closed; undefined when the system gives no other set, and the old one stays.
   * The events of the last wait stay readable. */
  renew(all: Iterable<EpollEntry>): EpollEntry[] | undefined {
    const fd = create();
    if (fd < 0) return undefined;
    const [kept, lost]: [EpollEntry[], EpollEntry[]] = [[], []];
    for (const one of all) (this.#holds(one) ? kept : lost).push(one);
    this.close();
    this.fd = fd;
    for (const one of kept) {
      if (this.#control(ADD, one.fd, one.mask, one.generation) !== 0) lost.push(one);
    }
    return lost;
  }

  #holds({ fd, mask, generation }: EpollEntry): boolean {
    return this.#control(MODIFY, fd, mask, generation) === 0;
  }

  /** Waits up to `timeout` milliseconds (below zero: for ever) and returns the number of events. */
  wait(timeout: number): number {
    const count = libc().epoll_wait(this.fd, this.#eventsBytes, this.#capacity, timeout);
    if (count >= 0) return count;
    const number = errno();
    if (number === EINTR) return 0;
    throw systemError(number, 'epoll_wait');
  }

  /** The mask of event `index`. */
  maskAt(index: number): number {
    return this.#events[index * STRIDE] as number;
  }

  fdAt(index: number): number {
    return this.#events[index * STRIDE + DATA] as number;
  }

  generationAt(index: number): number {
    return this.#events[index * STRIDE + DATA + 1] as number;
  }

  close(): void {
    libc().close(this.fd);
  }

  // Zero, or the number of the error.
  #control(operation: number, fd: number, mask: number, generation: number): number {
    this.#event[0] = mask;
    this.#event[DATA] = fd;
    this.#event[DATA + 1] = generation;
    return libc().epoll_ctl(this.fd, operation, fd, this.#eventBytes) < 0 ? errno() : 0;
  }
}

function create(): number {
  return libc().epoll_create1(CLOEXEC);
}
