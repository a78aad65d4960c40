// What the library's own transports, protocols and streams know of each other beyond asyncio's methods. All of it is
// optional: whoever meets somebody else's does without.

import type { Future } from '../core/future/future.ts';
import type { Transport } from './transport.ts';

/** A stream's protocol, as a transport sees it that hands it bytes. */
export interface StreamsOwn {
  /** True: bytes and their end only wake those who read, and no other code runs inside: what they set off need not
   * be waited for before the next event. False: a subclass sees to the data itself, so it is handed its data, though
   * it has `getBuffer`. Protocols of others have no such thing. @internal */
  readonly settlesOnly: boolean;
  /** The next bytes are best given as a chunk of their own: nothing large is being put together. @internal */
  expectsLittle(): boolean;
  /** Gives up what came and was not read: with startTls it is the beginning of the TLS. @internal */
  takeUnread(): Uint8Array | undefined;
  /** TLS was cut: told at once, and not only with the loss of the connection. @internal */
  cutShort(error: unknown): void;
}

/** A protocol that is a stream's and only wakes. */
export function wakingStream(protocol: object): StreamsOwn | undefined {
  const stream = protocol as Partial<StreamsOwn>;
  return stream.settlesOnly === true ? (stream as StreamsOwn) : undefined;
}

/** A transport that must say good-bye to its peer, as the streams over it see it. */
export interface Parting {
  /** Why bytes that were written are not sent, where that is so. @internal */
  writeFailure(): unknown;
  /** Closing it needs no answer from the other side. @internal */
  needNoAnswer(): void;
}

/** A transport whose way to the system can be used by somebody else for a while, or for good. */
export interface Lending {
  /** Resolves when nothing waits to be written; until {@link endEmptied} nothing may be written. @internal */
  whenEmptied(): Future<void>;
  /** @internal */
  endEmptied(): void;
  /** Reading rests until each hold is released, whatever the program pauses and resumes meanwhile. @internal */
  holdReading(): void;
  /** @internal */
  releaseReading(): void;
  /** Gives the socket away: the loop no longer knows it, the protocol hears nothing more, the transport is of no use
   * any more. What was read and not handed over is put back into a socket of the host's.
   * @throws UsageError while bytes wait to be written or would be lost, and after the loss @internal */
  takeSocket(): object;
}

/** A transport that sees its peer hang up while it does not read. */
export interface HangingUp {
  /** Calls once. @returns what takes it back @internal */
  watchHangUp(told: () => void): () => void;
}

/** Holds the reading of a transport, which may be somebody else's: that one is paused and resumed.
 * @returns what releases it, to be called once */
export function holdReading(transport: Transport & Partial<Lending>): () => void {
  if (transport.holdReading !== undefined) {
    transport.holdReading();
    return () => transport.releaseReading?.();
  }
  const wasReading = transport.isReading();
  transport.pauseReading();
  return () => {
    if (wasReading) transport.resumeReading();
  };
}
