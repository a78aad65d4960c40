// One epoll set. `wait` fills a table that is reused: read it before the next call.
//
// The event's data holds the descriptor and the generation under which it was added, so that an event for a
// descriptor that was closed and opened anew meanwhile is told from one for the new owner.

import process from 'node:process';
import { EINTR, lastError, systemError } from './errno.ts';
import { errno } from './ffi.ts';
import { libc } from './libc.ts';

export const EPOLLIN = 0x001;
export const EPOLLPRI = 0x002;
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

export class Epoll {
  /** Readable when an event is there; to be watched by the host's loop. */
  readonly fd: number;
  readonly #event: Uint32Array = new Uint32Array(STRIDE);
  readonly #eventBytes: Uint8Array = new Uint8Array(this.#event.buffer);
  #events: Uint32Array;
  #eventsBytes: Uint8Array;
  #capacity: number;

  constructor(capacity: number = 256) {
    this.fd = libc().epoll_create1(CLOEXEC);
    if (this.fd < 0) throw lastError('epoll_create1');
    this.#capacity = capacity;
    this.#events = new Uint32Array(STRIDE * capacity);
    this.#eventsBytes = new Uint8Array(this.#events.buffer);
  }

  /** Makes room for so many events of one wait. */
  reserve(count: number): void {
    if (count <= this.#capacity) return;
    this.#capacity = Math.max(count, 2 * this.#capacity);
    this.#events = new Uint32Array(STRIDE * this.#capacity);
    this.#eventsBytes = new Uint8Array(this.#events.buffer);
  }

  add(fd: number, mask: number, generation: number = 0): void {
    this.#control(ADD, fd, mask, generation);
  }

  modify(fd: number, mask: number, generation: number = 0): void {
    this.#control(MODIFY, fd, mask, generation);
  }

  /** Takes a descriptor out; one that is closed already is out by itself. */
  remove(fd: number): void {
    libc().epoll_ctl(this.fd, DELETE, fd, this.#eventBytes);
  }

  /** Waits up to `timeout` milliseconds (below zero: for ever) and answers the number of events. */
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

  #control(operation: number, fd: number, mask: number, generation: number): void {
    this.#event[0] = mask;
    this.#event[DATA] = fd;
    this.#event[DATA + 1] = generation;
    if (libc().epoll_ctl(this.fd, operation, fd, this.#eventBytes) < 0) throw lastError('epoll_ctl');
  }
}
