// The body of a request as it comes in.
//
// 1. What came with the head stays in llhttp's memory while the request is handed out, so that a handler which reads
//    at once pays for no copy; then it is copied (`keep`).
// 2. More than HIGH that nobody reads has the connection stop reading; it goes on when all of it was read.
// 3. One reads at a time. A read that is cancelled has taken nothing.
// 4. Chunks may have extensions as long as a client likes, which are passed over: so what is no body is counted.

import { Future, UsageError } from '../../../asyncio.ts';
import { HttpBodyError } from '../httpBodyError.ts';
import type { Llhttp } from './llhttp.ts';
import type { RequestParser } from './requestParser.ts';

/** Bytes that wait for a reader before the connection stops reading. */
const HIGH: number = 64 * 1024;

/** A byte in a chunk of its own has six on the wire; some clients pad the size with zeros. */
const MOST_WRAPPED = 16;

/** The connection, as the body of its request sees it. */
export interface BodyFlow {
  pauseBody(): void;
  resumeBody(): void;
  /** Somebody wants the body: a client that waits for `100 Continue` is told to go on. */
  bodyWanted(): void;
}

export class RequestBody {
  complete: boolean = false;
  /** Bytes that came. */
  received: number = 0;
  /** All that was read for it, with what chunks are wrapped in. */
  #wire: number = 0;
  readonly #flow: BodyFlow;
  readonly #llhttp: Llhttp;
  #lentAt: number = 0;
  #lentSize: number = 0;
  #pieces: Uint8Array[] = [];
  #held: number = 0;
  #begun: boolean = false;
  #paused: boolean = false;
  #discarded: boolean = false;
  #error: HttpBodyError | undefined = undefined;
  #reader: Future<void> | undefined = undefined;

  constructor(flow: BodyFlow, llhttp: Llhttp) {
    this.#flow = flow;
    this.#llhttp = llhttp;
  }

  /** What the read that brought the head brought of the body. */
  begin(parser: RequestParser): void {
    if (parser.morePieces !== undefined) return this.arrive(parser, 0);
    this.received = this.#lentSize = parser.bodySize;
    this.#lentAt = parser.bodyAddress;
  }

  /** Copies what is still in llhttp's memory. */
  keep(): void {
    if (this.#lentSize === 0) return;
    this.#push(this.#lentAt, this.#lentSize);
    this.#lentSize = 0;
    this.#checkHeld();
  }

  /** What came beside the body, without what chunks of the least size need. */
  get padding(): number {
    return this.#wire - MOST_WRAPPED * this.received;
  }

  /** What a later read brought, of so many bytes. */
  arrive(parser: RequestParser, count: number): void {
    const { bodySize, morePieces } = parser;
    this.#wire += count;
    if (bodySize === 0) return;
    this.received += bodySize;
    if (!this.#discarded) this.#push(parser.bodyAddress, bodySize);
    for (let index = 0; morePieces !== undefined && index < morePieces.length; index += 2) {
      const size = morePieces[index + 1] as number;
      this.received += size;
      if (!this.#discarded) this.#push(morePieces[index] as number, size);
    }
    this.#wake();
    this.#checkHeld();
  }

  end(): void {
    this.complete = true;
    this.#wake();
  }

  fail(error: HttpBodyError): void {
    if (this.complete || this.#error !== undefined) return;
    this.#error = error;
    this.#wake();
  }

  discard(): void {
    this.#discarded = true;
    this.#lentSize = this.#held = 0;
    this.#pieces = [];
    this.#resume();
  }

  /** All of it, where it is here and nobody has begun to read. */
  take(): Uint8Array | undefined {
    if (!this.complete || this.#begun || this.#discarded) return undefined;
    this.#begun = true;
    if (this.#lentSize > 0) {
      const bytes = copied(this.#llhttp, this.#lentAt, this.#lentSize);
      this.#lentSize = 0;
      return bytes;
    }
    const bytes = joined(this.#pieces, this.#held);
    this.#pieces = [];
    this.#held = 0;
    return bytes;
  }

  /** As {@link take}, as text of UTF-8, its byte order mark included. */
  takeText(): string | undefined {
    if (this.#lentSize > 0 && this.complete && !this.#begun && !this.#discarded) {
      this.#begun = true;
      const text = this.#llhttp.memory.utf8Slice(this.#lentAt, this.#lentAt + this.#lentSize);
      this.#lentSize = 0;
      return text;
    }
    const bytes = this.take();
    return bytes === undefined
      ? undefined
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#reader !== undefined)
      throw new UsageError('somebody is reading the body already: one read at a time');
    this.#begun = true;
    this.keep();
    while (this.#pieces.length === 0) {
      if (this.complete) return undefined;
      if (this.#error !== undefined) throw this.#error;
      if (this.#discarded)
        throw new HttpBodyError(500, 'the body was discarded: nobody can read it any more');
      this.#flow.bodyWanted();
      const reader = new Future<void>();
      this.#reader = reader;
      try {
        await reader;
      } finally {
        this.#reader = undefined;
      }
    }
    const piece = this.#pieces.shift() as Uint8Array;
    this.#held -= piece.byteLength;
    if (this.#pieces.length === 0) this.#resume();
    return piece;
  }

  #push(address: number, size: number): void {
    this.#pieces.push(copied(this.#llhttp, address, size));
    this.#held += size;
  }

  #wake(): void {
    const reader = this.#reader;
    if (reader?.done() === false) reader.setResult();
  }

  #checkHeld(): void {
    if (this.#held <= HIGH || this.#paused || this.complete) return;
    this.#paused = true;
    this.#flow.pauseBody();
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#flow.resumeBody();
  }
}

function copied({ memory }: Llhttp, address: number, size: number): Uint8Array {
  return Uint8Array.prototype.slice.call(memory, address, address + size);
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}
