// The body of a request that node:http receives, pulled piece by piece.
//
// 1. One reader at a time. A cancelled wait takes nothing: the bytes stay in the host's stream.
// 2. Bytes are counted as they are taken, and what is above the limit is refused, also where no `content-length` said so.
// 3. The host's stream reads ahead by its own high-water mark and rests while nobody takes.

import { Future, UsageError } from '../../asyncio.ts';
import type { EventLoop } from '../../asyncio.ts';
import { HttpBodyError } from '../engine/httpBodyError.ts';

/** What both versions of the protocol have. */
export interface HostRequest {
  readonly complete: boolean;
  readonly readableEnded: boolean;
  readonly readableLength: number;
  readonly destroyed: boolean;
  read(): unknown;
  resume(): unknown;
  destroy(): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

/** What a body is made of. */
export interface BodyParts {
  readonly loop: EventLoop;
  readonly source: HostRequest;
  readonly limit: number;
  /** Asks the client to go on, which waits for that. */
  readonly askOn: (() => void) | undefined;
  readonly onTooLarge: (reason: string) => void;
}

export class NodeBody {
  readonly #loop: EventLoop;
  readonly #source: HostRequest;
  readonly #limit: number;
  readonly #onTooLarge: (reason: string) => void;
  /** Asks the client to go on with its body. */
  #askOn: (() => void) | undefined;
  #taken: number = 0;
  #listening: boolean = false;
  #ended: boolean = false;
  #error: HttpBodyError | undefined;
  #waiter: Future<void> | undefined;

  constructor(parts: BodyParts) {
    this.#loop = parts.loop;
    this.#source = parts.source;
    this.#limit = parts.limit;
    this.#askOn = parts.askOn;
    this.#onTooLarge = parts.onTooLarge;
  }

  get ended(): boolean {
    return this.#ended || this.#source.readableEnded;
  }

  /** Nothing of it was taken, and the client waits for a word before it sends any. */
  get isWaitedFor(): boolean {
    return this.#askOn !== undefined;
  }

  takeWhole(): Uint8Array | undefined {
    if (this.#taken > 0 || !this.#source.complete || this.#listening) return undefined;
    const bytes = this.#source.read() as Uint8Array | null;
    if (bytes === null) return undefined;
    this.#count(bytes);
    this.#listen();
    this.#ended = true;
    return bytes;
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#waiter !== undefined) throw new UsageError('somebody reads this body already');
    this.#listen();
    const askOn = this.#askOn;
    this.#askOn = undefined;
    askOn?.();
    for (;;) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return undefined;
      const bytes = this.#source.read() as Uint8Array | null;
      if (bytes !== null) {
        this.#count(bytes);
        return bytes;
      }
      if (this.#source.readableEnded) return undefined;
      if (this.#source.destroyed) this.broken();
      else await this.#wait();
    }
  }

  /** The client left before its end. */
  broken(): void {
    if (this.ended) return;
    this.#error ??= new HttpBodyError(499, 'the client went away in the middle of its body');
    this.#wake();
  }

  discard(): void {
    this.#askOn = undefined;
    this.#listen();
    this.#source.resume();
  }

  #count(bytes: Uint8Array): void {
    this.#taken += bytes.length;
    if (this.#taken <= this.#limit) return;
    this.#error = new HttpBodyError(413, `the body has more than ${this.#limit} bytes`);
    this.#onTooLarge(this.#error.message);
    throw this.#error;
  }

  async #wait(): Promise<void> {
    const waiter = new Future<void>({ loop: this.#loop });
    this.#waiter = waiter;
    try {
      await waiter;
    } finally {
      this.#waiter = undefined;
    }
  }

  #wake(): void {
    if (this.#waiter?.done() === false) this.#waiter.setResult();
  }

  #listen(): void {
    if (this.#listening) return;
    this.#listening = true;
    const source = this.#source;
    source.on('readable', () => this.#wake());
    source.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    source.on('error', () => this.broken());
    source.on('close', () => this.broken());
  }
}
