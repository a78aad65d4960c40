// One request and its response over HTTP/1: what the head says, and the framing of what is answered.
//
//     WAITING ──send──────────────> OVER
//        ├─────start──> STREAMING ──end──> OVER
//        └─────upgrade, abort, a client that goes ──> OVER
//
// 1. The response is framed by its size if that is known, else by chunks, else (HTTP/1.0) by the end of the connection.
// 2. The connection goes on after it if both sides want that and the rest of the request is small enough to be passed
//    over (connection.ts decides when the head is composed, so that the head can say it).

import type { Transport } from '../../../asyncio.ts';
import type { Exchange, ExchangeConnection, ExchangeKeeper, FlatFields, Upgraded } from '../exchange.ts';
import { HttpBodyError } from '../httpBodyError.ts';
import { writeBetween, writeText, writeWhole } from './outbox.ts';
import type { RequestBody } from './requestBody.ts';
import { fieldsStart, findField, splitFields } from './requestHead.ts';
import type { RequestParser } from './requestParser.ts';
import { composeFields, lastWishes } from './responseHead.ts';

const WAITING = 0;
const STREAMING = 1;
const OVER = 2;

/** How a body that is streamed is framed: by its size where that is known. */
const BY_CHUNKS = -1;
const BY_END = -2;

/** The connection, as its exchange sees it. */
export interface Line extends ExchangeConnection {
  readonly transport: Transport;
  /** What was written is on its way, up to the transport's limit. */
  readonly roomToWrite: boolean;
  /** Whether another request may follow on this connection when the exchange is answered. */
  goesOn(wishesClose: boolean): boolean;
  /** The response is written. */
  answered(last: boolean): void;
  /** Resolves when there is room to write, or the connection gone. */
  drained(): Promise<void>;
  /** Has the exchange flushed in this iteration of the loop. */
  flushSoon(): void;
  mayUpgrade(exchange: Http1Exchange): boolean;
  giveAway(exchange: Http1Exchange): Promise<Upgraded>;
}

export class Http1Exchange implements Exchange {
  keeper: ExchangeKeeper | undefined = undefined;
  tag: unknown = undefined;
  readonly connection: Line;
  readonly method: string;
  readonly target: string;
  readonly host: string;
  /** Undefined where there is none. */
  readonly body: RequestBody | undefined;
  readonly #head: string;
  readonly #fieldsStart: number;
  readonly #minor: number;
  #fields: string[] | undefined = undefined;
  #trailers: string[] | undefined = undefined;
  #state: typeof WAITING | typeof STREAMING | typeof OVER = WAITING;
  /** How much of the body is still to come, or how else it is framed. */
  #left: number = 0;
  /** The head of a streamed response, until something of its body is there. */
  #unsent: string = '';
  #lastOfConnection: boolean = false;

  constructor(connection: Line, parser: RequestParser, host: string, body: RequestBody | undefined) {
    this.connection = connection;
    this.method = parser.method;
    this.target = parser.head.slice(parser.targetStart, parser.targetEnd);
    this.host = host;
    this.body = body;
    this.#head = parser.head;
    this.#fieldsStart = fieldsStart(parser);
    this.#minor = parser.minor;
  }

  get httpVersion(): '1.0' | '1.1' {
    return this.#minor === 0 ? '1.0' : '1.1';
  }

  get fields(): FlatFields {
    return (this.#fields ??= splitFields(this.#head, this.#fieldsStart, this.#head.length));
  }

  field(name: string): string | undefined {
    if (this.#fields === undefined) return findField(this.#head, name);
    for (let index = 0; index < this.#fields.length; index += 2) {
      if (this.#fields[index] === name) return this.#fields[index + 1];
    }
    return undefined;
  }

  get trailers(): FlatFields | undefined {
    return this.#trailers;
  }

  get upgradeTo(): string | undefined {
    return this.connection.mayUpgrade(this) ? this.field('upgrade') : undefined;
  }

  get hasBody(): boolean {
    return this.body !== undefined;
  }

  get bodySize(): number | undefined {
    if (this.body === undefined) return 0;
    const size = this.field('content-length');
    return size === undefined ? undefined : Number(size);
  }

  takeBody(): Uint8Array | undefined {
    return this.body === undefined ? new Uint8Array(0) : this.body.take();
  }

  takeText(): string | undefined {
    return this.body === undefined ? '' : this.body.takeText();
  }

  async readBody(): Promise<Uint8Array | undefined> {
    return await this.body?.read();
  }

  discardBody(): void {
    this.body?.discard();
  }

  get responded(): boolean {
    return this.#state !== WAITING;
  }

  get over(): boolean {
    return this.#state === OVER;
  }

  inform(status: number, fields: FlatFields): void {
    if (this.#state !== WAITING || this.#minor === 0) return;
    let text = `HTTP/1.1 ${status} ${status === 103 ? 'Early Hints' : status === 100 ? 'Continue' : 'Processing'}\r\n`;
    for (let index = 0; index < fields.length; index += 2)
      text += `${fields[index]}: ${fields[index + 1]}\r\n`;
    writeText(this.connection.transport, `${text}\r\n`);
  }

  send(
    status: number,
    statusText: string,
    fields: FlatFields,
    body: string | Uint8Array | undefined,
  ): void {
    if (this.#state !== WAITING) return;
    const { transport } = this.connection;
    let head = composeFields(status, statusText, fields);
    const { close, size } = lastWishes();
    const last = !this.connection.goesOn(close);
    if (last) head += 'connection: close\r\n';
    else if (this.#minor === 0) head += 'connection: keep-alive\r\n';
    const isHead = this.method === 'HEAD';
    if (isBodiless(status)) writeText(transport, `${head}\r\n`);
    else if (body !== undefined) writeWhole(transport, head, body, isHead);
    else if (!isHead) writeText(transport, `${head}content-length: 0\r\n\r\n`);
    else writeText(transport, size < 0 ? `${head}\r\n` : `${head}content-length: ${size}\r\n\r\n`);
    this.#finish(last);
  }

  start(status: number, statusText: string, fields: FlatFields): boolean {
    if (this.#state !== WAITING) return false;
    let head = composeFields(status, statusText, fields);
    const { close, size } = lastWishes();
    const bodiless = isBodiless(status);
    const byEnd = size < 0 && this.#minor === 0 && !bodiless && this.method !== 'HEAD';
    const last = !this.connection.goesOn(close || byEnd);
    if (last) head += 'connection: close\r\n';
    else if (this.#minor === 0) head += 'connection: keep-alive\r\n';
    if (!bodiless) {
      if (size >= 0) head += `content-length: ${size}\r\n`;
      else if (this.#minor > 0) head += 'transfer-encoding: chunked\r\n';
    }
    if (bodiless || this.method === 'HEAD') {
      writeText(this.connection.transport, `${head}\r\n`);
      this.#finish(last);
      return false;
    }
    this.#state = STREAMING;
    this.#lastOfConnection = last;
    this.#left = size >= 0 ? size : byEnd ? BY_END : BY_CHUNKS;
    this.#unsent = `${head}\r\n`;
    this.connection.flushSoon();
    return true;
  }

  write(chunk: Uint8Array): boolean {
    if (this.#state !== STREAMING) return false;
    const { connection } = this;
    const size = chunk.byteLength;
    if (size === 0) return connection.roomToWrite;
    const before = this.#unsent;
    if (this.#left === BY_CHUNKS) {
      this.#unsent = '';
      writeBetween(connection.transport, `${before}${size.toString(16)}\r\n`, chunk, '\r\n');
    } else {
      if (this.#left >= 0) {
        if (size > this.#left)
          throw new HttpBodyError(500, 'the body has more bytes than its content-length says');
        this.#left -= size;
      }
      this.#unsent = '';
      writeBetween(connection.transport, before, chunk, '');
    }
    return connection.roomToWrite;
  }

  async drained(): Promise<void> {
    if (this.#state === STREAMING) await this.connection.drained();
  }

  end(trailers?: FlatFields): void {
    if (this.#state !== STREAMING) return;
    if (this.#left > 0)
      throw new HttpBodyError(500, 'the body has fewer bytes than its content-length says');
    let rest = this.#unsent;
    this.#unsent = '';
    if (this.#left === BY_CHUNKS) {
      rest += '0\r\n';
      for (let index = 0; trailers !== undefined && index < trailers.length; index += 2)
        rest += `${trailers[index]}: ${trailers[index + 1]}\r\n`;
      rest += '\r\n';
    }
    if (rest !== '') writeText(this.connection.transport, rest);
    this.#finish(this.#lastOfConnection);
  }

  abort(): void {
    if (this.#state !== OVER) this.connection.transport.abort();
  }

  async upgrade(): Promise<Upgraded> {
    if (this.#state !== WAITING)
      throw new HttpBodyError(500, 'the response has begun: too late to upgrade');
    return await this.connection.giveAway(this);
  }

  /** Sends the head of a streamed response whose body lets one wait. */
  flush(): void {
    if (this.#unsent === '') return;
    const head = this.#unsent;
    this.#unsent = '';
    writeText(this.connection.transport, head);
  }

  /** The fields behind the body have come. */
  trailersCame(trailers: string[]): void {
    for (let index = 0; index < trailers.length; index += 2) {
      trailers[index] = (trailers[index] as string).toLowerCase();
      trailers[index + 1] = (trailers[index + 1] ?? '').trim();
    }
    this.#trailers = trailers;
  }

  /** The client is gone, or the connection is of no use to it any more. */
  lost(error: HttpBodyError): void {
    this.body?.fail(error);
    if (this.#state === OVER) return;
    this.#state = OVER;
    this.keeper?.clientGone(this);
    this.keeper?.ended(this);
  }

  /** The connection has left HTTP. */
  left(): void {
    this.#state = OVER;
    this.keeper?.ended(this);
  }

  #finish(last: boolean): void {
    this.#state = OVER;
    this.connection.answered(last);
    this.keeper?.ended(this);
  }
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}
