// A transport as a stream of the host's, so that TLS can run over it: what TLS writes goes to the transport,
// and a protocol of ours puts what the transport reads into the stream.
//
// 1. Flow control goes through: the stream full, the transport pauses reading; the transport's buffer over its
//    mark, the stream's write waits.
// 2. The end of the stream is not written to the transport: TLS has said its own, and what is below is closed
//    when the other side has, as in asyncio.
// 3. When TLS is done with the stream, the transport is closed, or aborted when TLS gave up.

import type { Loop } from '../../loop/loop.ts';
import { createDuplex } from '../../sys/host/tls.ts';
import type { NodeDuplex } from '../../sys/host/tls.ts';
import { Protocol } from '../../transport/protocol.ts';
import { isTlsCut } from '../../transport/tls.ts';
import type { Transport } from '../../transport/transport.ts';
import type { Gate } from './pauseBelow.ts';
import type { Underlay } from './underlay.ts';

export class TransportUnderlay extends Protocol implements Underlay, Gate {
  readonly stream: NodeDuplex;
  onLost: ((error: unknown) => void) | undefined = undefined;
  readonly #transport: Transport;
  readonly #owed: (() => void) | undefined;
  #full: boolean = false;
  /** The stream has enough: reading is paused until it asks. */
  #overfull: boolean = false;
  #gated: boolean = false;
  #written: (() => void) | undefined = undefined;
  #aborted: boolean = false;
  #lost: boolean = false;
  #received: number = 0;
  #closed: (() => void)[] = [];

  /** `early` are bytes that were read before; `owed` resumes a protocol that the transport has paused. The
   * transport must not be reading. */
  constructor(loop: Loop, transport: Transport, early?: Uint8Array, owed?: () => void) {
    super();
    this.#owed = owed;
    this.#transport = transport;
    this.stream = createDuplex({
      allowHalfOpen: true,
      read: () => {
        if (!this.#gated) this.#read();
      },
      write: (chunk: Buffer, _encoding, done) => this.#write(chunk, done),
      destroy: (error, done) => {
        this.#settle();
        if (loop.isClosed()) return done(error);
        if (this.#aborted) this.#transport.abort();
        else this.#transport.close();
        done(error);
      },
    });
    if (early !== undefined && early.byteLength > 0) this.stream.push(early);
    transport.setProtocol(this);
  }

  /** Closed, nothing more comes into the stream. */
  setGate(closed: boolean): void {
    this.#gated = closed;
    if (closed) this.#transport.pauseReading();
    else this.#read();
  }

  getExtraInfo(name: string): unknown {
    return this.#transport.getExtraInfo(name);
  }

  unsent(): number {
    return this.#lost ? 0 : this.#transport.getWriteBufferSize();
  }

  received(): number {
    return this.#received;
  }

  abort(): void {
    this.#aborted = true;
    if (this.stream.destroyed) this.#transport.abort();
    else this.stream.destroy();
  }

  whenClosed(callback: () => void): void {
    if (this.#lost) callback();
    else this.#closed.push(callback);
  }

  override dataReceived(data: Buffer): void {
    this.#received += data.byteLength;
    if (this.stream.destroyed) return;
    if (this.stream.push(data)) return;
    this.#overfull = true;
    this.#transport.pauseReading();
  }

  override eofReceived(): boolean {
    if (!this.stream.destroyed) this.stream.push(null);
    // A transport that can't be half-closed is closing by itself, and says so if asked not to.
    return this.#transport.canWriteEof();
  }

  /** What is below is TLS too, and was cut: an end like any other for the TLS above, which knows its own. */
  cutShort(): void {
    this.eofReceived();
  }

  override pauseWriting(): void {
    this.#full = true;
  }

  override resumeWriting(): void {
    // Not ours: the protocol before us was paused by plain bytes, which are sent now.
    if (!this.#full) return this.#owed?.();
    this.#full = false;
    this.#settle();
  }

  override connectionLost(error: unknown): void {
    this.#lost = true;
    const failure = error instanceof Error && !isTlsCut(error) ? error : undefined;
    if (!this.stream.destroyed) this.stream.destroy(failure);
    this.#settle();
    this.onLost?.(error);
    for (const callback of this.#closed.splice(0)) callback();
  }

  // A transport that is resumed and does not read has reported the peer's end already, to the protocol before us.
  #read(): void {
    this.#overfull = false;
    this.#transport.resumeReading();
    if (this.#overfull || this.#gated || this.#transport.isClosing() || this.#transport.isReading()) return;
    if (!this.stream.destroyed) this.stream.push(null);
  }

  #write(chunk: Buffer, done: () => void): void {
    if (this.#lost || this.#transport.isClosing()) return done();
    this.#transport.write(chunk);
    if (this.#full) this.#written = done;
    else done();
  }

  #settle(): void {
    const written = this.#written;
    this.#written = undefined;
    written?.();
  }
}
