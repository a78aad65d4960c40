// The transport that reads a pipe on the selector backend. Semantics: asyncio's _UnixReadPipeTransport.
//
// 1. `connectionMade`, the beginning of reading and the waiter's result are three callbacks of the loop.
// 2. The end of data is `eofReceived` and then `connectionLost`; whatever eofReceived answers, the pipe
//    closes: nobody can write on it.
// 3. The pipe belongs to the transport, which closes it after `connectionLost`. Its open file no longer
//    waits (O_NONBLOCK), for everybody who shares it.

import { InvalidArgumentError } from '../../base/errors.ts';
import type { OSError } from '../../base/osError.ts';
import type { Future } from '../../core/future/future.ts';
import type { Descriptors } from '../../loop/descriptors.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import { descriptorsOf } from '../../loop/network.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect } from '../../loop/runnable.ts';
import { descriptorKind, setNonBlocking } from '../../sys/libc/descriptorKind.ts';
import { EAGAIN, EINTR, EIO, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import { libc } from '../../sys/libc/libc.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import type { Protocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { receiveRoom, takeReceived } from '../../transport/receiveSlab.ts';
import { ReadTransport } from '../../transport/transport.ts';
import { pipeEnd } from '../pipeEnd.ts';
import type { Pipe, PipeEnd } from '../pipeEnd.ts';

export class SelectorReadPipe extends ReadTransport implements LoopResource {
  readonly #loop: Loop;
  readonly #descriptors: Descriptors;
  readonly #context: CallbackContext = new CallbackContext();
  readonly #pipe: Pipe;
  readonly #end: PipeEnd;
  #protocol: Protocol | undefined;
  #paused: boolean = false;
  #closing: boolean = false;
  #closed: boolean = false;

  /** @throws InvalidArgumentError for anything but a pipe, a socket or a character device */
  constructor(loop: Loop, pipe: Pipe, protocol: object, waiter?: Future<void>) {
    super();
    this.#loop = loop;
    this.#descriptors = descriptorsOf(loop);
    this.#pipe = pipe;
    this.#end = pipeEnd(loop, pipe);
    this.#protocol = checkProtocol(protocol) as Protocol;
    const kind = descriptorKind(this.#end.fd);
    if (kind === 'file' || kind === 'other') {
      throw new InvalidArgumentError(
        'pipe',
        'a pipe transport is for pipes, sockets and character devices only',
      );
    }
    setNonBlocking(this.#end.fd);
    loop.resources.add(this);
    loop.callSoon(() => this.#protocol?.connectionMade(this as never));
    loop.callSoon(() => this.#beginReading());
    if (waiter !== undefined) loop.callSoon(() => void (waiter.done() || waiter.setResult()));
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return name === 'pipe' ? (this.#pipe as T) : fallback;
  }

  setProtocol(protocol: unknown): void {
    this.#protocol = protocol as Protocol;
  }

  getProtocol(): unknown {
    return this.#protocol;
  }

  isClosing(): boolean {
    return this.#closing;
  }

  isReading(): boolean {
    return !this.#paused && !this.#closing;
  }

  pauseReading(): void {
    if (!this.isReading()) return;
    this.#paused = true;
    this.#descriptors.unwatchReadable(this.#end.fd);
  }

  resumeReading(): void {
    if (this.#closing || !this.#paused) return;
    this.#paused = false;
    this.#beginReading();
  }

  close(): void {
    if (!this.#closing) this.#close(undefined);
  }

  /** @internal */
  _readable(): Effect {
    if (this.#closing) return NOTHING;
    const { fd } = this.#end;
    const room = receiveRoom();
    const count = libc().read(fd, room, room.byteLength);
    if (count > 0) {
      const data = takeReceived(count);
      this.#context.run(() => this.#hand(data));
    } else if (count === 0) this.#context.run(() => this.#readEnd());
    else {
      const number = errno();
      if (number === EAGAIN || number === EINTR) return this.#descriptors._verify(fd) ? NOTHING : DRAIN;
      this.#context.run(() => this.#fail(number));
    }
    return DRAIN;
  }

  /** @internal */
  _descriptorLost(error: OSError): void {
    this.#end.disown();
    // Who is closing is on the way out, by the very call that found this.
    if (!this.#closing) this.#close(error);
  }

  #beginReading(): void {
    if (!this.isReading()) return;
    try {
      this.#descriptors.watchReadable(this.#end.fd, this);
    } catch (error) {
      // A device that cannot be waited for, as /dev/null.
      this.#close(error);
    }
  }

  #hand(data: Buffer): void {
    try {
      this.#protocol?.dataReceived(data);
    } catch (exception) {
      this.#report('Exception in callback dataReceived', exception);
    }
  }

  #readEnd(): void {
    this.#closing = true;
    this.#descriptors.unwatchReadable(this.#end.fd);
    this.#loop.callSoon(() => void this.#protocol?.eofReceived());
    this.#context.run(() => void this.#loop.callSoon(() => this.#loseConnection(undefined)));
  }

  #fail(number: number): void {
    const error = systemError(number, 'read');
    // What a terminal says when its other side has gone.
    if (number !== EIO) this.#report('Fatal read error on pipe transport', error);
    this.#close(error);
  }

  #report(message: string, exception: unknown): void {
    reportFailure(this.#loop, { message, exception, transport: this, protocol: this.#protocol });
  }

  #close(error: unknown): void {
    this.#closing = true;
    this.#descriptors.unwatchReadable(this.#end.fd);
    this.#context.run(() => void this.#loop.callSoon(() => this.#loseConnection(error)));
  }

  #loseConnection(error: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#loop.resources.remove(this);
    try {
      this.#protocol?.connectionLost(error);
    } finally {
      this.#protocol = undefined;
      this.#end.close();
    }
  }

  /** @internal */
  loopClosed(): void {
    this.#closing = this.#closed = true;
    this.#protocol = undefined;
    this.#end.close();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#closed ? 'closed' : this.#closing ? 'closing' : this.#paused ? 'paused' : 'open';
    return `<ReadPipeTransport fd=${this.#end.fd} ${state}>`;
  }
}
