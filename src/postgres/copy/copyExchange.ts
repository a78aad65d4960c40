// COPY, both ways, by the simple protocol.
//
// 1. In: what waits to be sent is bounded. Called off, or when its source fails, the server is told that the copy has failed,
//    so nothing of it stays.
// 2. Out: what waits to be taken is bounded too, by not reading on. Called off, the rest is read and dropped.
// 3. What the driver hands over lies in memory that it reads the next messages into, so it is copied at once.

import { isUint8Array } from 'node:util/types';
import { InvalidArgumentError, wrapFuture } from '../../asyncio.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import { Exchange } from '../wire/exchange.ts';
import type { Wire } from '../wire/driver.ts';
import type { Session } from '../wire/session.ts';

/** Bytes to be copied in: pieces of any size, of text as UTF-8. */
export type CopySource =
  | Iterable<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>
  | Uint8Array
  | string;

/** Where bytes that are copied out go: a function, or an object with such a method, that is waited for. */
export type CopyOutput = ((chunk: Uint8Array) => unknown) | { write(chunk: Uint8Array): unknown };

export function copyOutputOf(output: CopyOutput): (chunk: Uint8Array) => unknown {
  if (typeof output === 'function') return output;
  if (typeof output?.write === 'function') return (chunk) => output.write(chunk);
  throw new InvalidArgumentError('output', 'output is a function, or an object with a method write');
}

/** Pieces are put together until they are worth a message of their own. */
const WORTH = 32_768;

export class CopyIn extends Exchange {
  readonly #text: string;
  #opened: (() => void) | undefined = undefined;
  readonly #open: Promise<void> = new Promise((resolve) => (this.#opened = resolve));
  #isDone: boolean = false;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  protected override begin(wire: Wire): void {
    this.needsNoSync();
    wire.query(this.#text);
  }

  protected override copyInCame(): void {
    if (this.#isDone) {
      this.fail(new InterfaceError('copyIn takes one COPY command: there is no data for a second one'));
      this.wire.sendCopyFail('there is no data for a second COPY');
    } else this.#opened?.();
  }

  override fail(error: unknown): void {
    super.fail(error);
    this.#opened?.();
  }

  override over(): void {
    super.over();
    this.#opened?.();
  }

  override abort(): void {
    super.abort();
    if (this.#isDone) return;
    this.#isDone = true;
    this.wire.sendCopyFail('called off by the client');
  }

  /** Sends it all, for `Session.perform`. */
  async send(source: CopySource, session: Session): Promise<void> {
    await wrapFuture(this.#open);
    let pieces: Uint8Array[] = [];
    let waiting = 0;
    const flush = async (): Promise<void> => {
      if (waiting === 0) return;
      this.wire.sendCopyFromChunk(pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces));
      [pieces, waiting] = [[], 0];
      if (this.wire.stream.writableNeedDrain) await session.drained(this);
    };
    for await (const chunk of piecesOf(source)) {
      if (this.failure !== undefined || this.isOver) return;
      const bytes = bytesOf(chunk);
      pieces.push(bytes);
      waiting += bytes.length;
      if (waiting >= WORTH) await flush();
    }
    if (this.failure !== undefined || this.isOver) return;
    await flush();
    if (this.failure !== undefined || this.isOver) return;
    this.#isDone = true;
    this.wire.endCopyFrom();
  }
}

function piecesOf(source: CopySource): Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string> {
  if (typeof source === 'string' || isUint8Array(source)) return [source];
  if (Symbol.iterator in Object(source) || Symbol.asyncIterator in Object(source)) return source;
  throw new InvalidArgumentError('source', 'source is text, bytes, or an iterable of pieces of these');
}

function bytesOf(piece: Uint8Array | string): Uint8Array {
  if (isUint8Array(piece)) return piece;
  if (typeof piece !== 'string')
    throw new InvalidArgumentError('source', `a piece of source is text or bytes, not ${String(piece)}`);
  if (piece.isWellFormed()) return Buffer.from(piece);
  throw new InvalidArgumentError(
    'source',
    'a piece of text has half of a surrogate pair: cut text between characters',
  );
}

/** Bytes that wait to be taken, at which reading stops; and what is handed over at a time. */
const HIGH = 262_144;
const BLOCK = 65_536;

export class CopyOut extends Exchange {
  readonly #text: string;
  readonly #session: Session;
  #blocks: Uint8Array[] = [];
  #block: Uint8Array = new Uint8Array(0);
  #filled: number = 0;
  #waiting: number = 0;
  #isPaused: boolean = false;
  #isDropping: boolean = false;
  #wake: (() => void) | undefined = undefined;

  constructor(text: string, session: Session) {
    super();
    this.#text = text;
    this.#session = session;
  }

  protected override begin(wire: Wire): void {
    this.needsNoSync();
    wire.query(this.#text);
  }

  protected override copyInCame(): void {
    this.wire.sendCopyFail('not asked for');
  }

  protected override copyDataCame(chunk: Uint8Array): void {
    if (this.#isDropping) return;
    this.#keep(chunk);
    this.#waiting += chunk.length;
    if (this.#waiting > HIGH && !this.#isPaused) {
      this.#isPaused = true;
      this.#session.pause();
    }
    this.#wake?.();
  }

  override over(): void {
    super.over();
    this.#wake?.();
  }

  /** What came whole is handed on. */
  override get outlasts(): boolean {
    return this.failure === undefined;
  }

  override abort(): void {
    super.abort();
    this.#isDropping = true;
    this.#take();
  }

  /** Hands it all on, for `Session.perform`. */
  async deliver(output: (chunk: Uint8Array) => unknown): Promise<void> {
    for (;;) {
      const blocks = this.#take();
      for (const block of blocks) {
        const result = output(block);
        if (isThenable(result)) await result;
      }
      if (blocks.length > 0) continue;
      if (this.isOver) return;
      await wrapFuture(new Promise<void>((resolve) => (this.#wake = resolve)));
    }
  }

  #keep(chunk: Uint8Array): void {
    if (this.#filled + chunk.length > this.#block.length) {
      this.#endBlock();
      this.#block = Buffer.allocUnsafeSlow(Math.max(BLOCK, chunk.length));
    }
    this.#block.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }

  #endBlock(): void {
    if (this.#filled > 0) this.#blocks.push(this.#block.subarray(0, this.#filled));
    this.#block = this.#block.subarray(this.#filled);
    this.#filled = 0;
  }

  #take(): Uint8Array[] {
    this.#endBlock();
    const blocks = this.#blocks;
    [this.#blocks, this.#waiting] = [[], 0];
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#session.resume();
    }
    return blocks;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
