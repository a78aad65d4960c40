// The inner loop of a proxy: what one connection receives is written to another.
//
// 1. What the reader holds goes first. Then the bytes go from socket to socket by themselves, where both transports
//    can do that (transport/splicing.ts); elsewhere through one memory that is used again. A transport that would
//    copy what it is given to write gets memory of its own instead, which the host has received into.
// 2. Every byte that leaves the reader is the writer's in the same step: it was sent, or waits in the writer's buffer.
//    So a cancel at any moment loses none, and none is doubled.
// 3. While the writer waits for its peer nothing is read.
// 4. The end of either connection ends the relay, also while it waits for the other. Which one it was is told.

import { checkOptions } from '../base/checkOptions.ts';
import { InvalidArgumentError, isCancelledError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { closedWhileSending } from '../transport/closedWhileSending.ts';
import type { OwningWriter, RelayCount, RelayProgress, Splicing } from '../transport/splicing.ts';
import { Landing } from './landing.ts';
import { readInto, readSome } from './readRules.ts';
import type { ReadRule } from './readRules.ts';
import { RelayCounter } from './relayCounter.ts';
import { RelayError } from './relayError.ts';

const SIZE = 262_144;

/** How {@link relay} works. */
export interface RelayOptions {
  /** Ends the writer's half of the stream behind the last byte, where its transport has halves (TLS has none); true
   * by default. */
  end?: boolean | undefined;
  /** Its `bytes` go up while the relay works, so that they are known after a cancel too; begin with `{ bytes: 0 }`. */
  progress?: RelayProgress | undefined;
}

/** Where a relay writes to: a {@link StreamWriter}. */
export interface RelayTarget {
  readonly transport: unknown;
  isClosing(): boolean;
  write(data: Uint8Array): void;
  drain(): Promise<void>;
  waitClosed(): Promise<void>;
  canWriteEof(): boolean;
  writeEof(): void;
  /** @internal */ readonly _protocol: {
    _onLoss(told: () => void): () => void;
    _lostWith(): unknown;
    readonly _isPaused: boolean;
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
  _spliceInto(target: unknown, count: RelayCount, stopped: () => void): Splicing | undefined;
}

/** What a relay waits for: bytes, the end of them, or that it is to look at the writer. */
class RelayWait {
  /** Undefined where the writer keeps the memory. */
  readonly landing: Landing | undefined;
  /** There is a reason to look at the writer. */
  stopped: boolean = false;
  readonly stop: () => void;
  readonly #writer: RelayTarget;
  readonly #count: RelayCount;

  constructor(reader: RelayedReader, writer: RelayTarget, count: RelayCount) {
    this.#writer = writer;
    this.#count = count;
    this.landing = keepsMemory(writer) ? undefined : Landing.reusing(SIZE);
    this.stop = () => {
      this.stopped = true;
      reader._lookAgain();
    };
  }

  /** Hands bytes to the writer. False when that was enough. @throws when it can't be written to any more */
  write(bytes: Buffer): boolean {
    const { transport, _protocol: protocol } = this.#writer;
    if (this.#writer.isClosing()) throw protocol._lostWith() ?? closedWhileSending();
    if (this.landing === undefined) (transport as OwningWriter).writeOwned(bytes);
    else this.#writer.write(bytes);
    return this.#count.add(bytes.length);
  }

  /** Hands on bytes that nobody else has, in the very step in which they come. */
  deliver(data: Buffer): boolean {
    if (this.landing !== undefined || this.stopped) return false;
    try {
      if (!this.write(data) || this.#writer._protocol._isPaused) this.stopped = true;
    } catch {
      return false;
    }
    return true;
  }
}

function keepsMemory({ transport }: RelayTarget): boolean {
  return typeof (transport as Partial<OwningWriter>).writeOwned === 'function';
}

/** Bytes, none at the end; undefined when there is nothing but a reason to look at the writer. */
const relayed: ReadRule<RelayWait, Buffer | undefined> = {
  name: 'pipeTo',
  some: true,
  ready: (source, { landing, stopped }) =>
    stopped || (landing?.count ?? 0) > 0 || readSome.ready(source, SIZE),
  take(source, { landing }) {
    if (landing === undefined)
      return readSome.ready(source, SIZE) ? readSome.take(source, SIZE) : undefined;
    if (!readInto.ready(source, landing)) return undefined;
    return landing.part(readInto.take(source, landing));
  },
  landing: ({ landing }) => landing,
  deliver: (wait, data) => wait.deliver(data),
};

const itself = (bytes: Buffer | undefined): Buffer | undefined => bytes;

function checkArguments(writer: RelayTarget, options: RelayOptions): void {
  if (typeof writer?._protocol?._onLoss !== 'function')
    throw new InvalidArgumentError(
      'writer',
      `a relay writes to a StreamWriter, not to ${showValue(writer)}`,
    );
  checkOptions(options, 'a relay');
  if (options.end !== undefined && typeof options.end !== 'boolean')
    throw new InvalidArgumentError('end', `end is true or false, not ${showValue(options.end)}`);
}

export async function relayBytes(
  reader: RelayedReader,
  writer: RelayTarget,
  options: RelayOptions,
): Promise<number> {
  checkArguments(writer, options);
  const { end = true, progress } = options;
  const counter = new RelayCounter(progress);
  const wait = new RelayWait(reader, writer, counter);
  const failed = (side: 'reader' | 'writer', error: unknown): unknown =>
    isCancelledError(error) ? error : new RelayError(side, counter.bytes, error);
  const protocol = writer._protocol;
  const forget = protocol._onLoss(wait.stop);
  let splicing: Splicing | undefined;
  let maySplice = true;
  try {
    for (;;) {
      if (writer.isClosing()) throw failed('writer', protocol._lostWith() ?? closedWhileSending());
      if (maySplice) splicing = reader._spliceInto(writer.transport, counter, wait.stop);
      let bytes: Buffer | undefined;
      try {
        bytes = await reader._next(relayed, wait, itself);
      } catch (error) {
        throw failed('reader', error);
      } finally {
        splicing?.end();
        splicing = undefined;
      }
      if (bytes === undefined) {
        // The writer is gone or has enough, or the system can't move these bytes, or they can't be counted.
        counter.check();
        wait.stopped = false;
        maySplice = false;
        if (!writer.isClosing()) await drain(writer, failed);
        continue;
      }
      if (bytes.length === 0) break;
      try {
        wait.write(bytes);
      } catch (error) {
        reader._giveBack(bytes);
        throw failed('writer', error);
      }
      counter.check();
      await drain(writer, failed);
    }
    counter.check();
    // Of a pipe the end of data is the close: what was written is sent before it.
    const open = !writer.isClosing();
    if (end && writer.canWriteEof()) writer.writeEof();
    await drain(writer, failed, open && writer.isClosing());
    return counter.bytes;
  } finally {
    forget();
  }
}

async function drain(
  writer: RelayTarget,
  failed: (side: 'writer', error: unknown) => unknown,
  closing: boolean = false,
): Promise<void> {
  try {
    await (closing ? writer.waitClosed() : writer.drain());
  } catch (error) {
    throw failed('writer', isCancelledError(error) ? error : (writer._protocol._lostWith() ?? error));
  }
}
