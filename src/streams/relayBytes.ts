// The inner loop of a proxy: what one connection receives is written to another.
//
// 1. What the reader holds goes first. Then the bytes go from socket to socket by themselves, where both transports
//    can do that (transport/splicing.ts); elsewhere through one memory that is used again.
// 2. Every byte that leaves the reader is the writer's in the same step: it was sent, or waits in the writer's buffer.
//    So a cancel at any moment loses none, and none is doubled.
// 3. While the writer waits for its peer nothing is read.
// 4. The end of either connection ends the relay, also while it waits for the other. Which one it was is told.

import { isCancelledError } from '../base/errors.ts';
import { closedWhileSending } from '../transport/closedWhileSending.ts';
import type { RelayProgress, Splicing } from '../transport/splicing.ts';
import { Landing } from './landing.ts';
import { readInto } from './readRules.ts';
import type { ReadRule } from './readRules.ts';
import { RelayError } from './relayError.ts';

const SIZE = 262_144;

/** How {@link relay} works. */
export interface RelayOptions {
  /** Ends the writer's half of the stream behind the last byte, where its transport has halves (TLS has none); true
   * by default. */
  end?: boolean | undefined;
  /** Counts the bytes while the relay works, so that they are known after a cancel too. */
  progress?: RelayProgress | undefined;
}

/** Where a relay writes to: a {@link StreamWriter}. */
export interface RelayTarget {
  readonly transport: unknown;
  isClosing(): boolean;
  write(data: Uint8Array): void;
  drain(): Promise<void>;
  canWriteEof(): boolean;
  writeEof(): void;
  /** @internal */ readonly _protocol: {
    _onLoss(told: () => void): () => void;
    _lostWith(): unknown;
  };
}

/** The reader, as its relay sees it. */
export interface RelayedReader {
  /** @internal */
  _next<P, T, R>(rule: ReadRule<P, T>, param: P, wrap: (read: T) => R): Promise<R>;
  /** The read that waits may be ready. @internal */
  _lookAgain(): void;
  /** Bytes that were read and not used. @internal */
  _giveBack(bytes: Uint8Array): void;
  /** Begins to move bytes without reading them, where that is possible. @internal */
  _spliceInto(target: unknown, progress: RelayProgress, stopped: () => void): Splicing | undefined;
}

/** What a relay waits for: bytes, the end of them, or that it is to look at the writer. */
class RelayWait {
  readonly landing: Landing = Landing.reusing(SIZE);
  stopped: boolean = false;
  readonly stop: () => void;

  constructor(reader: RelayedReader) {
    this.stop = () => {
      this.stopped = true;
      reader._lookAgain();
    };
  }
}

/** The number of bytes, 0 at the end, below it when there is nothing but a reason to look at the writer. */
const relayed: ReadRule<RelayWait, number> = {
  name: 'pipeTo',
  ready: (source, wait) => wait.stopped || readInto.ready(source, wait.landing),
  take: (source, wait) => (readInto.ready(source, wait.landing) ? readInto.take(source, wait.landing) : -1),
  landing: (wait) => wait.landing,
};

const itself = (count: number): number => count;

export async function relayBytes(
  reader: RelayedReader,
  writer: RelayTarget,
  { end = true, progress = { bytes: 0 } }: RelayOptions,
): Promise<number> {
  const before = progress.bytes;
  const wait = new RelayWait(reader);
  const failed = (side: 'reader' | 'writer', error: unknown): unknown =>
    isCancelledError(error) ? error : new RelayError(side, progress.bytes - before, error);
  const protocol = writer._protocol;
  const forget = protocol._onLoss(wait.stop);
  let splicing: Splicing | undefined;
  let maySplice = true;
  try {
    for (;;) {
      if (writer.isClosing()) throw failed('writer', protocol._lostWith() ?? closedWhileSending());
      if (maySplice) splicing = reader._spliceInto(writer.transport, progress, wait.stop);
      let count: number;
      try {
        count = await reader._next(relayed, wait, itself);
      } catch (error) {
        throw failed('reader', error);
      } finally {
        splicing?.end();
        splicing = undefined;
      }
      if (count === 0) break;
      if (count < 0) {
        // The writer is gone, or the system can't move these bytes.
        wait.stopped = false;
        maySplice = false;
        continue;
      }
      const bytes = wait.landing.part(count);
      try {
        if (writer.isClosing()) throw protocol._lostWith() ?? closedWhileSending();
        writer.write(bytes);
      } catch (error) {
        reader._giveBack(bytes);
        throw failed('writer', error);
      }
      progress.bytes += count;
      await drain(writer, failed);
    }
    if (end && writer.canWriteEof()) writer.writeEof();
    await drain(writer, failed);
    return progress.bytes - before;
  } finally {
    forget();
  }
}

async function drain(
  writer: RelayTarget,
  failed: (side: 'writer', error: unknown) => unknown,
): Promise<void> {
  try {
    await writer.drain();
  } catch (error) {
    throw failed('writer', isCancelledError(error) ? error : (writer._protocol._lostWith() ?? error));
  }
}
