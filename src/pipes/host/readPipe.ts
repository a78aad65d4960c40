// The transport that reads a stream of the host as a pipe: the same protocol calls in the same order as
// SelectorReadPipe, from the host's events.
//
// What the host has read is handed over by the loop, one chunk an iteration, and waits while the transport is
// paused; the host's stream is paused meanwhile.

import type { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import { fromHostError } from '../../sys/libc/errno.ts';
import { runtime } from '../../sys/host/host.ts';
import type { HostReadable } from '../../sys/host/pipes.ts';
import { asCopy } from '../../sys/libc/memory.ts';
import { takenAway } from '../../transport/byteArguments.ts';
import { HeldInput } from '../../transport/heldInput.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import type { Protocol } from '../../transport/protocol.ts';
import { ReadTransport } from '../../transport/transport.ts';
import { hostReadable } from './hostStreamOf.ts';
import type { Pipe } from '../pipeEnd.ts';

// Bun drops what a child writes before somebody listens, and tells its end all the same: what comes before the protocol
// knows of the connection is held here.
const losesEarly: boolean = runtime().name === 'bun';

export class HostReadPipe extends ReadTransport implements Living {
  readonly #stream: HostReadable & { ref?(): void; unref?(): void };
  /** The stream is not ours to destroy. */
  readonly #keep: boolean;
  readonly #life: LifeCycle<Protocol>;
  readonly #held: HeldInput = new HeldInput();
  #scheduled: boolean = false;
  #paused: boolean = false;
  /** Its protocol knows of the connection. */
  #begun: boolean = false;

  constructor(loop: Loop, pipe: Pipe, protocol: object, waiter?: Future<void>, keep: boolean = false) {
    super();
    this.#keep = keep;
    this.#stream = hostReadable(loop, pipe);
    this.#life = new LifeCycle(loop, this, protocol, { extra: { pipe } });
    this.#stream.on('error', this.#onError);
    if (losesEarly && !keep) this.#listen();
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
    this.#stream.pause();
  }

  resumeReading(): void {
    if (this.#life.closing || !this.#paused) return;
    this.#paused = false;
    this.#goOn();
  }

  close(): void {
    this.#lose(undefined);
  }

  #beginReading(): void {
    if (this.#life.closing) return;
    if (this.#keep) this.#stream.ref?.();
    this.#begun = true;
    if (!losesEarly || this.#keep) this.#listen();
    if (this.#stream.readableEnded || this.#stream.destroyed) this.#onEnd();
    if (this.#paused || this.#held.tooMuch) this.#stream.pause();
    else this.#stream.resume();
    this.#schedule();
  }

  #listen(): void {
    this.#stream.on('data', this.#onData);
    this.#stream.on('end', this.#onEnd);
    this.#stream.on('close', this.#onEnd);
  }

  readonly #onData = (chunk: Buffer | string): void => {
    this.#held.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    if (this.#held.tooMuch) this.#stream.pause();
    this.#schedule();
  };

  readonly #onEnd = (): void => {
    this.#held.end = true;
    this.#schedule();
  };

  readonly #onError = (error: unknown): void => {
    const failure = fromHostError(error);
    this.#life.run(() => this.#fail(failure));
  };

  #schedule(): void {
    if (!this.#begun || this.#scheduled || this.#held.empty || !this.isReading()) return;
    this.#scheduled = true;
    this.#life.callSoon(() => this.#hand());
  }

  #hand(): void {
    this.#scheduled = false;
    if (!this.isReading()) return;
    const data = this.#held.shift();
    if (data === undefined) return this.#readEnd();
    // It was the memory of whoever pushed it into the stream.
    if (data.byteLength === 0) return this.#fail(takenAway('push'));
    this.#life.tell('dataReceived', (protocol) => protocol.dataReceived(asCopy(data)));
    if (this.isReading()) this.#goOn();
  }

  #goOn(): void {
    this.#schedule();
    if (!this.#held.tooMuch && this.#stream.isPaused()) this.#stream.resume();
  }

  #readEnd(): void {
    this.#life.callSoon(() => {
      this.#life.tell('eofReceived', (protocol) => void protocol.eofReceived());
    });
    this.#life.lose(undefined);
  }

  #fail(error: unknown): void {
    if (this.#life.closing) return;
    if ((error as { code?: unknown }).code !== 'EIO') {
      this.#life.report('Fatal read error on pipe transport', error);
    }
    this.#lose(error);
  }

  #lose(error: unknown): void {
    if (this.#life.closing) return;
    this.#stream.off('data', this.#onData);
    this.#stream.pause();
    this.#life.lose(error);
  }

  /** @internal */
  keepAlive(keep: boolean): void {
    if (keep) this.#stream.ref?.();
    else this.#stream.unref?.();
  }

  /** @internal */
  release(): void {
    const stream = this.#stream;
    this.#held.clear();
    if (!this.#keep) return void stream.destroy();
    // It is as we found it, and keeps nothing alive.
    stream.off('data', this.#onData);
    stream.off('end', this.#onEnd);
    stream.off('close', this.#onEnd);
    stream.off('error', this.#onError);
    stream.pause();
    stream.unref?.();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const { state } = this.#life;
    return `<ReadPipeTransport host ${state === 'open' && this.#paused ? 'paused' : state}>`;
  }
}
