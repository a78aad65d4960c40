// The transport that reads a pipe on the selector backend. Semantics: asyncio's _UnixReadPipeTransport.
//
// 1. The end of data is `eofReceived` and then `connectionLost`; whatever eofReceived returns, the pipe
//    closes: nobody can write on it.
// 2. The pipe belongs to the transport, which closes it after `connectionLost`. Its open file no longer
//    waits (O_NONBLOCK), for everybody who shares it.
// 3. Much that comes for a stream is read into its reader's memory, as from a socket: fresh memory for each read keeps
//    the collector busy.

import type { OSError } from '../../base/osError.ts';
import type { Future } from '../../core/future/future.ts';
import type { Descriptors, Reader } from '../../loop/descriptors.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { setNonBlocking } from '../../sys/libc/descriptorKind.ts';
import { EAGAIN, EINTR, EIO, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import { libc } from '../../sys/libc/libc.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import type { StreamsOwn } from '../../transport/contract.ts';
import type { Protocol } from '../../transport/protocol.ts';
import { receiveRoom, takeReceived } from '../../transport/receiveSlab.ts';
import { ReadTransport } from '../../transport/transport.ts';
import { checkKind, pipeEnd } from '../pipeEnd.ts';
import type { Pipe, PipeEnd } from '../pipeEnd.ts';

/** A protocol of the library's own streams: much that comes is read straight into the reader's memory. */
type ReadsInto = StreamsOwn & { getBuffer(): Buffer; bufferUpdated(count: number): void };

export class SelectorReadPipe extends ReadTransport implements Living, Reader {
  readonly #descriptors: Descriptors;
  readonly #end: PipeEnd;
  readonly #life: LifeCycle<Protocol>;
  #paused: boolean = false;

  /** @throws InvalidArgumentError for anything but a pipe, a socket or a character device */
  constructor(loop: Loop, pipe: Pipe, protocol: object, waiter?: Future<void>) {
    super();
    this.#descriptors = descriptorsOf(loop);
    this.#end = pipeEnd(loop, pipe);
    checkKind(this.#end.fd);
    setNonBlocking(this.#end.fd);
    this.#life = new LifeCycle(loop, this, protocol, { extra: { pipe } });
    this.#life.begin(() => this.#beginReading(), waiter);
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return this.#life.getExtraInfo(name, fallback);
  }

  setProtocol(protocol: unknown): void {
    this.#life.setProtocol(protocol);
  }

  getProtocol(): unknown {
    return this.#life.protocol;
  }

  isClosing(): boolean {
    return this.#life.closing;
  }

  isReading(): boolean {
    return !this.#paused && !this.#life.closing;
  }

  pauseReading(): void {
    if (!this.isReading()) return;
    this.#paused = true;
    this.#descriptors.unwatchReadable(this.#end.fd);
  }

  resumeReading(): void {
    if (this.#life.closing || !this.#paused) return;
    this.#paused = false;
    this.#beginReading();
  }

  close(): void {
    this.#lose(undefined);
  }

  /** @internal */
  _readable(): Effect {
    if (this.#life.closing) return NOTHING;
    const { fd } = this.#end;
    const protocol = this.#life.protocol as Protocol & Partial<ReadsInto>;
    const direct =
      protocol.settlesOnly === true && protocol.expectsLittle?.() !== true ? protocol : undefined;
    const room = direct?.getBuffer?.() ?? receiveRoom();
    const count = libc().read(fd, room, room.byteLength);
    if (count > 0 && direct !== undefined)
      this.#life.run(() => this.#life.tell('bufferUpdated', () => direct.bufferUpdated?.(count)));
    else if (count > 0) {
      const data = takeReceived(count);
      this.#life.run(() => this.#life.tell('dataReceived', (protocol) => protocol.dataReceived(data)));
    } else if (count === 0) this.#life.run(() => this.#readEnd());
    else {
      const number = errno();
      if (number === EAGAIN || number === EINTR) return this.#descriptors.verify(fd) ? NOTHING : DRAIN;
      this.#life.run(() => this.#fail(number));
    }
    return DRAIN;
  }

  /** @internal */
  _descriptorLost(error: OSError): void {
    this.#end.disown();
    this.#lose(error);
  }

  #beginReading(): void {
    if (!this.isReading()) return;
    try {
      this.#descriptors.watchReadable(this.#end.fd, this);
    } catch (error) {
      // A device that cannot be waited for, as /dev/null.
      this.#lose(error);
    }
  }

  #readEnd(): void {
    this.#life.callSoon(() => {
      this.#life.tell('eofReceived', (protocol) => void protocol.eofReceived());
    });
    this.#lose(undefined);
  }

  #fail(number: number): void {
    const error = systemError(number, 'read');
    // What a terminal says when its other side has gone.
    if (number !== EIO) this.#life.report('Fatal read error on pipe transport', error);
    this.#lose(error);
  }

  // Before it stops watching, which may find out that the descriptor is not ours any more.
  #lose(error: unknown): void {
    if (!this.#life.beginLoss()) return;
    this.#descriptors.unwatchReadable(this.#end.fd);
    this.#life.scheduleEnd(error);
  }

  /** @internal */
  release(): void {
    this.#end.close();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const { state } = this.#life;
    return `<ReadPipeTransport fd=${this.#end.fd} ${state === 'open' && this.#paused ? 'paused' : state}>`;
  }
}
