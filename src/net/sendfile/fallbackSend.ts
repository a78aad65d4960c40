// The way by reading and writing, for transports that no descriptor can be had of: TLS, and the host's.
//
// Meanwhile a protocol of ours stands in the transport. It hands on what the caller's protocol must hear
// (pause, resume, the loss), so that this one's view is right at every moment and nothing is to be restored
// but itself; reading is held, or what comes would be this one's.

import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import { closedWhileSending } from '../../transport/closedWhileSending.ts';
import { holdReading } from '../../transport/contract.ts';
import { Protocol } from '../../transport/protocol.ts';
import type { OwningWriter } from '../../transport/splicing.ts';
import type { Transport } from '../../transport/transport.ts';
import { nextChunk } from './readChunks.ts';
import type { SentFile } from './sentFile.ts';

/** @throws ConnectionError and other OSErrors */
export async function fallbackSend(loop: Loop, transport: Transport, file: SentFile): Promise<number> {
  const standIn = new StandIn(loop, transport);
  try {
    for (;;) {
      const chunk = await nextChunk(loop, file);
      if (chunk === undefined) return file.sent;
      standIn.check();
      // Memory of its own need not be copied where the host would keep it.
      const { writeOwned } = transport as Partial<OwningWriter>;
      if (writeOwned === undefined) transport.write(chunk);
      else writeOwned.call(transport, chunk);
      await standIn.drain();
      file.advance(chunk.byteLength);
    }
  } finally {
    file.leave();
    standIn.leave();
  }
}

class StandIn extends Protocol {
  readonly #loop: Loop;
  readonly #transport: Transport;
  readonly #protocol: Protocol;
  readonly #release: () => void;
  #room: Future<void> | undefined = undefined;
  #lost: { error: unknown } | undefined = undefined;

  constructor(loop: Loop, transport: Transport) {
    super();
    this.#loop = loop;
    this.#transport = transport;
    this.#protocol = transport.getProtocol() as Protocol;
    this.#release = holdReading(transport);
    transport.setProtocol(this);
  }

  override pauseWriting(): void {
    this.#protocol.pauseWriting();
  }

  override resumeWriting(): void {
    this.#wake();
    this.#protocol.resumeWriting();
  }

  override connectionLost(error: unknown): void {
    this.#lost = { error };
    this.#wake();
    this.#protocol.connectionLost(error);
  }

  override eofReceived(): boolean | void {
    return this.#protocol.eofReceived();
  }

  /** @throws when the connection is gone or going */
  check(): void {
    if (this.#lost?.error !== undefined) throw this.#lost.error;
    if (this.#lost === undefined && !this.#transport.isClosing()) return;
    throw closedWhileSending();
  }

  /** Waits until the buffer is below its high mark: above it the transport is sure to resume us later. */
  async drain(): Promise<void> {
    const { high } = this.#transport.getWriteBufferLimits();
    while (this.#lost === undefined && this.#transport.getWriteBufferSize() > high) {
      this.#room = new Future<void>({ loop: this.#loop });
      await this.#room;
    }
    this.check();
  }

  /** Gives the transport its own protocol back. */
  leave(): void {
    this.#room = undefined;
    if (this.#lost !== undefined) return;
    this.#transport.setProtocol(this.#protocol);
    this.#release();
  }

  #wake(): void {
    if (this.#room?.done() === false) this.#room.setResult();
    this.#room = undefined;
  }
}
