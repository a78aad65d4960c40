// Waiting until a socket is readable or writable: a future that stands in the loop's table of descriptors
// for as long as it is pending.
//
// 1. Readiness only wakes the task; the bytes are taken by the task itself once it runs again. So whatever
//    cancels it before that moment, nothing is lost: it is still in the socket.
// 2. The future leaves the table at the moment when it is done or cancelled, not when the task resumes. A
//    cancelled wait therefore never stands in the way of the next one.
// 3. One waits to read a socket and one to write, at most. A second one is refused: asyncio lets it replace
//    the first, which then never wakes.
// 4. A socket that is closed wakes those who wait; their next call is EBADF. The same when it shows that
//    somebody else has closed its descriptor.

import { UsageError } from '../../base/errors.ts';
import { attempt } from '../../base/attempt.ts';
import type { Blocker, BlockerDetails } from '../../core/future/blocker.ts';
import type { Future } from '../../core/future/future.ts';
import { Registered } from '../../core/future/registered.ts';
import type { Descriptors, Reader, Writer } from '../../loop/descriptors.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import { showAddress } from '../../transport/showAddress.ts';
import type { SocketAddress } from '../../transport/socketAddress.ts';
import { NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';

/** What a waiting task needs of its socket. */
export interface Waitable {
  fileno(): number;
  getpeername?(): SocketAddress;
  /** @internal */ _disown(): void;
  /** @internal */ _reader: { wake(): void } | undefined;
  /** @internal */ _writer: { wake(): void } | undefined;
}

class Readiness extends Registered<void> implements Reader, Writer, Blocker {
  declare readonly what: string;
  /** The method that waits. */
  declare readonly kind: string;
  /** @internal */ declare readonly _descriptors: Descriptors;
  /** @internal */ declare readonly _socket: Waitable;
  /** @internal */ declare readonly _fd: number;

  constructor(loop: Loop, socket: Waitable, kind: string) {
    super({ loop });
    this._descriptors = descriptorsOf(loop);
    this._socket = socket;
    this._fd = socket.fileno();
    this.what = `Socket fd=${this._fd}`;
    this.kind = kind;
    this.blocker = this;
  }

  holders(): Iterable<never> {
    return [];
  }

  /** One that listens, or is not connected yet, has no other side. */
  details(): BlockerDetails {
    const peer = attempt(() => this._socket.getpeername?.());
    return { sort: 'socket', peer: peer === undefined ? undefined : showAddress(peer) };
  }

  /** Lets the task go on. @internal */
  wake(): void {
    if (!this.done()) this.setResult();
  }

  /** @internal */
  _readable(): Effect {
    this.wake();
    return NOTHING;
  }

  /** @internal */
  _writable(): Effect {
    this.wake();
    return NOTHING;
  }

  /** @internal */
  _descriptorLost(): void {
    this._socket._disown();
  }

  protected override leave(): void {
    const { _descriptors: descriptors, _socket: socket, _fd: fd } = this;
    if (socket._reader === this) {
      socket._reader = undefined;
      if (descriptors.readerOf(fd) === this) descriptors.unwatchReadable(fd);
    } else if (socket._writer === this) {
      socket._writer = undefined;
      if (descriptors.writerOf(fd) === this) descriptors.unwatchWritable(fd);
    }
  }
}

/** Waits until there is something to read, or to accept, or the end of data, or an error.
 * @throws UsageError when the descriptor has a reader already */
export function readable(loop: Loop, socket: Waitable, kind: string): Future<void> {
  const waiter = new Readiness(loop, socket, kind);
  const { _descriptors: descriptors, _fd: fd } = waiter;
  if (descriptors.readerOf(fd) !== undefined) throw taken(fd, socket._reader, 'read');
  descriptors.watchReadable(fd, waiter);
  socket._reader = waiter;
  return waiter;
}

/** Waits until something can be written, or the connection is made, or has failed.
 * @throws UsageError when the descriptor has a writer already */
export function writable(loop: Loop, socket: Waitable, kind: string): Future<void> {
  const waiter = new Readiness(loop, socket, kind);
  const { _descriptors: descriptors, _fd: fd } = waiter;
  if (descriptors.writerOf(fd) !== undefined) throw taken(fd, socket._writer, 'write');
  descriptors.watchWritable(fd, waiter);
  socket._writer = waiter;
  return waiter;
}

/** What a task waits for. */
export type Direction = 'read' | 'write';

export function anotherWaits(fd: number, direction: Direction): UsageError {
  return new UsageError(
    `another task waits to ${direction} on this socket (fd ${fd}) already: one at a time, or give each a dup()`,
  );
}

function taken(fd: number, other: object | undefined, direction: Direction): UsageError {
  if (other !== undefined) return anotherWaits(fd, direction);
  return new UsageError(
    `descriptor ${fd} belongs to a transport or to addReader/addWriter: it can't be waited for beside them`,
  );
}
