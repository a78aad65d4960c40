// The transport that reads a stream of the host as a pipe: the same protocol calls in the same order as
// SelectorReadPipe, from the host's events.
//
// What the host has read is handed over by the loop, one chunk an iteration, and waits while the transport is
// paused; the host's stream is paused meanwhile.

import type { Future } from '../../core/future/future.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import type { HostReadable } from '../../sys/host/pipes.ts';
import { asCopy } from '../../sys/libc/memory.ts';
import { takenAway } from '../../transport/byteArguments.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import type { Protocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { ReadTransport } from '../../transport/transport.ts';
import { hostReadable } from './hostStreamOf.ts';
import type { Pipe } from '../pipeEnd.ts';

const MOST_HELD = 256 * 1024;

export class HostReadPipe extends ReadTransport implements LoopResource {
  readonly #loop: Loop;
  readonly #context: CallbackContext = new CallbackContext();
  readonly #pipe: Pipe;
  readonly #stream: HostReadable & { ref?(): void; unref?(): void };
  /** The stream is not ours to destroy. */
  readonly #keep: boolean;
  #protocol: Protocol | undefined;
  #held: Buffer[] = [];
  #heldSize: number = 0;
  #ended: boolean = false;
  #scheduled: boolean = false;
  #paused: boolean = false;
  #closing: boolean = false;
  #closed: boolean = false;

  constructor(loop: Loop, pipe: Pipe, protocol: object, waiter?: Future<void>, keep: boolean = false) {
    super();
    this.#loop = loop;
    this.#pipe = pipe;
    this.#protocol = checkProtocol(protocol) as Protocol;
    this.#keep = keep;
    this.#stream = hostReadable(loop, pipe);
    loop.resources.add(this);
    this.#stream.on('error', this.#onError);
    loop.callSoon(() => this.#protocol?.connectionMade(this as never));
    loop.callSoon(() => this.#begin());
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
    this.#stream.pause();
  }

  resumeReading(): void {
    if (this.#closing || !this.#paused) return;
    this.#paused = false;
    this.#goOn();
  }

  close(): void {
    if (!this.#closing) this.#close(undefined);
  }

  /** @internal */
  loopStopped(): void {
    this.#stream.unref?.();
  }

  /** @internal */
  loopStarted(): void {
    this.#stream.ref?.();
  }

  /** @internal */
  loopClosed(): void {
    this.#closing = this.#closed = true;
    this.#protocol = undefined;
    this.#stream.pause();
    if (!this.#keep) this.#stream.destroy();
  }

  #begin(): void {
    if (this.#closing) return;
    if (this.#keep) this.#stream.ref?.();
    this.#stream.on('data', this.#onData);
    this.#stream.on('end', this.#onEnd);
    this.#stream.on('close', this.#onEnd);
    if (this.#paused) this.#stream.pause();
    else this.#stream.resume();
  }

  readonly #onData = (chunk: Buffer | string): void => {
    const data = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (data.byteLength === 0) return;
    this.#held.push(data);
    this.#heldSize += data.byteLength;
    if (this.#heldSize >= MOST_HELD) this.#stream.pause();
    this.#schedule();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    this.#schedule();
  };

  readonly #onError = (error: unknown): void => {
    const failure = fromHostError(error);
    this.#context.run(() => this.#fail(failure));
  };

  #schedule(): void {
    if (this.#scheduled || this.#paused || this.#closing) return;
    this.#scheduled = true;
    this.#context.run(() => this.#loop.callSoon(() => this.#hand()));
  }

  #hand(): void {
    this.#scheduled = false;
    if (!this.isReading()) return;
    const data = this.#held.shift();
    if (data === undefined) return this.#ended ? this.#readEnd() : undefined;
    this.#heldSize = this.#held.length === 0 ? 0 : this.#heldSize - data.byteLength;
    // It was the memory of whoever pushed it into the stream.
    if (data.byteLength === 0) return this.#fail(takenAway('push'));
    try {
      this.#protocol?.dataReceived(asCopy(data));
    } catch (exception) {
      this.#report('Exception in callback dataReceived', exception);
    }
    if (this.isReading()) this.#goOn();
  }

  #goOn(): void {
    if (this.#held.length > 0 || this.#ended) this.#schedule();
    if (this.#heldSize < MOST_HELD && this.#stream.isPaused()) this.#stream.resume();
  }

  #readEnd(): void {
    this.#closing = true;
    this.#loop.callSoon(() => void this.#protocol?.eofReceived());
    this.#context.run(() => void this.#loop.callSoon(() => this.#loseConnection(undefined)));
  }

  #fail(error: unknown): void {
    if (this.#closing) return;
    if ((error as { code?: unknown }).code !== 'EIO') {
      this.#report('Fatal read error on pipe transport', error);
    }
    this.#close(error);
  }

  #report(message: string, exception: unknown): void {
    reportFailure(this.#loop, { message, exception, transport: this, protocol: this.#protocol });
  }

  #close(error: unknown): void {
    this.#closing = true;
    this.#stream.off('data', this.#onData);
    this.#stream.pause();
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
      this.#held = [];
      if (this.#keep) this.#leave();
      else this.#stream.destroy();
    }
  }

  // The stream is as we found it, and keeps nothing alive.
  #leave(): void {
    const stream = this.#stream;
    stream.off('end', this.#onEnd);
    stream.off('close', this.#onEnd);
    stream.off('error', this.#onError);
    stream.pause();
    stream.unref?.();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#closed ? 'closed' : this.#closing ? 'closing' : this.#paused ? 'paused' : 'open';
    return `<ReadPipeTransport host ${state}>`;
  }
}
