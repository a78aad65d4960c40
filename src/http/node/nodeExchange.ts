// One request and its response, on top of a pair of node:http or of a stream of node:http2.
//
// 1. `ended` is told once: when the response was handed to the system, or its connection is gone.
// 2. A response that begins before the request has ended is the last of its connection, unless little is missing: the host
//    would read and drop whatever still comes.
// 3. What is written is counted against the `content-length` that was promised.
// 4. A request that wants to leave HTTP has no response of the host's until it turns out that it stays.

import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { Future, UsageError } from '../../asyncio.ts';
import type { EventLoop } from '../../asyncio.ts';
import { HttpBodyError } from '../engine/httpBodyError.ts';
import type {
  Exchange,
  ExchangeConnection,
  ExchangeKeeper,
  FlatFields,
  Upgraded,
} from '../engine/exchange.ts';
import { firstField, flatFields, hostFields } from './fields.ts';
import { NodeBody } from './nodeBody.ts';
import type { HostRequest } from './nodeBody.ts';

export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** What may still come of a request that was answered early without the connection being given up, in bytes. */
const READ_AWAY = 65_536;

const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** The connection of a request that asks to leave HTTP. */
export interface Leaving extends Upgraded {
  /** It does. */
  readonly leave: () => void;
}

/** What the engine gives an exchange. */
export interface ExchangeParts {
  readonly loop: EventLoop;
  readonly request: NodeRequest;
  /** Made when it is needed: a connection that leaves HTTP has none. */
  readonly response: () => NodeResponse;
  readonly connection: ExchangeConnection;
  readonly maxBodySize: number;
  /** Its body turned out to be larger than that. */
  readonly onTooLarge: (reason: string) => void;
  /** It waits for `100 Continue`. */
  readonly waits: boolean;
  /** It wants to leave HTTP. */
  readonly leaving: Leaving | undefined;
  /** Whether this is to be the last response of its connection. */
  readonly isLast: () => boolean;
  readonly whenEnded: (exchange: NodeExchange) => void;
}

export class NodeExchange implements Exchange {
  keeper: ExchangeKeeper | undefined = undefined;
  tag: unknown = undefined;
  /** For the limits of time. */
  readonly begun: number = performance.now();
  readonly #parts: ExchangeParts;
  readonly #body: NodeBody;
  readonly #http2: boolean;
  #fields: FlatFields | undefined;
  #response: NodeResponse | undefined;
  #responded: boolean = false;
  #over: boolean = false;
  #room: Future<void> | undefined;
  /** What was promised and not written yet. */
  #owed: number | undefined;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#http2 = isHttp2(parts.request);
    const askOn = parts.waits
      ? (): void => (this.#openResponse() as ServerResponse).writeContinue()
      : undefined;
    this.#body = new NodeBody({
      loop: parts.loop,
      source: parts.request as unknown as HostRequest,
      limit: parts.maxBodySize,
      askOn,
      onTooLarge: parts.onTooLarge,
    });
    // A stream that is reset takes its own task along, and no other.
    if (this.#http2) (parts.request as Http2ServerRequest).stream.on('close', () => this.gone());
  }

  get method(): string {
    return this.#parts.request.method ?? 'GET';
  }

  get target(): string {
    return this.#parts.request.url ?? '/';
  }

  get httpVersion(): '1.0' | '1.1' | '2.0' {
    return this.#parts.request.httpVersion as '1.0' | '1.1' | '2.0';
  }

  get connection(): ExchangeConnection {
    return this.#parts.connection;
  }

  get host(): string {
    const { request } = this.#parts;
    const authority = this.#http2 ? request.headers[':authority'] : undefined;
    return (authority as string | undefined) ?? request.headers.host ?? '';
  }

  get fields(): FlatFields {
    return (this.#fields ??= flatFields(this.#parts.request.rawHeaders));
  }

  field(name: string): string | undefined {
    return firstField(this.fields, name);
  }

  get trailers(): FlatFields | undefined {
    const { rawTrailers } = this.#parts.request;
    return this.#body.ended && rawTrailers.length > 0 ? flatFields(rawTrailers) : undefined;
  }

  get upgradeTo(): string | undefined {
    return this.#parts.leaving === undefined
      ? undefined
      : this.#parts.request.headers.upgrade?.toLowerCase();
  }

  get hasBody(): boolean {
    if (this.#http2) return !(this.#parts.request as Http2ServerRequest).stream.endAfterHeaders;
    return this.field('transfer-encoding') !== undefined || (this.bodySize ?? 0) > 0;
  }

  get bodySize(): number | undefined {
    const size = this.field('content-length');
    if (size !== undefined) return Number(size);
    return this.field('transfer-encoding') === undefined ? 0 : undefined;
  }

  takeBody(): Uint8Array | undefined {
    return this.#body.takeWhole();
  }

  readBody(): Promise<Uint8Array | undefined> {
    return this.#body.next();
  }

  discardBody(): void {
    this.#body.discard();
  }

  get responded(): boolean {
    return this.#responded;
  }

  get over(): boolean {
    return this.#over;
  }

  inform(status: number, fields: FlatFields): void {
    if (this.#over || this.#responded || this.httpVersion === '1.0') return;
    const response = this.#openResponse();
    const given = hostFields(fields, this.#http2);
    if (this.#http2) {
      const { stream } = this.#parts.request as Http2ServerRequest;
      // It may be gone before we are told.
      if (!stream.destroyed && !stream.closed) stream.additionalHeaders({ ':status': status, ...given });
    } else if (status === 102) (response as ServerResponse).writeProcessing();
    else (response as ServerResponse).writeEarlyHints(given);
  }

  send(
    status: number,
    statusText: string,
    fields: FlatFields,
    body: string | Uint8Array | undefined,
  ): void {
    if (this.#over || this.#responded) return;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const size = NO_BODY.has(status) ? undefined : (bytes?.length ?? 0);
    const given = hostFields(fields, this.#http2);
    if (size === undefined) leaveOutSize(given, status);
    else if (given['content-length'] === undefined || this.method !== 'HEAD')
      given['content-length'] = `${size}`;
    const response = this.#writeHead(status, statusText, given);
    if (size === undefined || size === 0 || this.method === 'HEAD') response.end();
    else response.end(bytes);
  }

  start(status: number, statusText: string, fields: FlatFields): boolean {
    if (this.#over || this.#responded) return false;
    const given = hostFields(fields, this.#http2);
    const without = NO_BODY.has(status) || this.method === 'HEAD';
    if (NO_BODY.has(status)) leaveOutSize(given, status);
    const response = this.#writeHead(status, statusText, given);
    if (without) {
      response.end();
      return false;
    }
    const promised = given['content-length'];
    this.#owed = promised === undefined ? undefined : Number(promised);
    if (!this.#http2) response.flushHeaders();
    return true;
  }

  write(chunk: Uint8Array): boolean {
    if (this.#over) return true;
    this.#pay(chunk.length);
    return (this.#openResponse() as ServerResponse).write(chunk);
  }

  drained(): Promise<void> {
    const response = this.#openResponse() as ServerResponse;
    const full = this.#http2
      ? (this.#parts.request as Http2ServerRequest).stream.writableNeedDrain
      : response.writableNeedDrain;
    if (this.#over || !full) return Promise.resolve();
    if (this.#room === undefined || this.#room.done()) this.#room = new Future({ loop: this.#parts.loop });
    return this.#room;
  }

  end(trailers?: FlatFields): void {
    if (this.#over) return;
    if (this.#owed !== undefined && this.#owed > 0)
      throw new HttpBodyError(500, 'the body has fewer bytes than its content-length says');
    const response = this.#openResponse() as ServerResponse;
    if (trailers !== undefined) response.addTrailers(hostFields(trailers, this.#http2));
    response.end();
  }

  abort(): void {
    if (this.#over) return;
    if (this.#http2) (this.#parts.request as Http2ServerRequest).stream.close(INTERNAL_ERROR);
    else cutConnection(this.#parts.leaving?.socket ?? this.#parts.request.socket);
    this.gone();
  }

  upgrade(): Promise<Upgraded> {
    const { leaving } = this.#parts;
    if (leaving === undefined || this.#responded || this.#over)
      return Promise.reject(
        new UsageError('this request does not ask to leave HTTP, or was answered already'),
      );
    this.#responded = true;
    leaving.leave();
    this.#finish();
    return Promise.resolve(leaving);
  }

  /** Of a stream of HTTP/2: its client has not sent the whole request. */
  get isArriving(): boolean {
    const { stream } = this.#parts.request as Http2ServerRequest;
    return !stream.endAfterHeaders && stream.state.remoteClose === 0;
  }

  /** Of a stream of HTTP/2: some of the response waits for the client to take what is before it. */
  get waitsForRoom(): boolean {
    return (this.#parts.request as Http2ServerRequest).stream.writableLength > 0;
  }

  /** Of a stream of HTTP/2: the request took too long to arrive. */
  expire(): void {
    const { stream } = this.#parts.request as Http2ServerRequest;
    if (this.#responded) stream.close(CANCEL);
    else {
      this.#writeHead(408, '', { 'content-length': '0' }).end();
      stream.close();
    }
    this.gone();
  }

  /** The connection or stream is gone. */
  gone(): void {
    if (this.#over) return;
    this.#body.broken();
    this.keeper?.clientGone(this);
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#room?.done() === false) this.#room.setResult();
    this.keeper?.ended(this);
    this.#parts.whenEnded(this);
  }

  #openResponse(): NodeResponse {
    if (this.#response !== undefined) return this.#response;
    const response = this.#parts.response();
    this.#response = response;
    const events = response as ServerResponse;
    events.on('drain', () => {
      if (this.#room?.done() === false) this.#room.setResult();
    });
    // A stream of HTTP/2 that was cut finishes, too.
    events.on('finish', () => (isCut(response) ? this.gone() : this.#finish()));
    events.on('close', () => this.gone());
    events.on('error', () => this.gone());
    return response;
  }

  #writeHead(status: number, statusText: string, given: Record<string, string | string[]>): ServerResponse {
    this.#responded = true;
    const response = this.#openResponse() as ServerResponse;
    if (!this.#http2 && (this.#parts.isLast() || this.#leavesMuch())) given['connection'] = 'close';
    if (this.#http2 || statusText === '') response.writeHead(status, given);
    else response.writeHead(status, statusText, given);
    return response;
  }

  #leavesMuch(): boolean {
    if (!this.hasBody || this.#body.ended || this.#parts.request.complete) return false;
    return this.#body.isWaitedFor || (this.bodySize ?? Infinity) > READ_AWAY;
  }

  #pay(length: number): void {
    if (this.#owed === undefined) return;
    if (length > this.#owed)
      throw new HttpBodyError(500, 'the body has more bytes than its content-length says');
    this.#owed -= length;
  }
}

/** By what it is, not by what its first line says. */
export function isHttp2(request: NodeRequest): request is Http2ServerRequest {
  return (request as Partial<Http2ServerRequest>).stream !== undefined;
}

function isCut(response: NodeResponse): boolean {
  return (response as Partial<Http2ServerResponse>).stream?.aborted === true;
}

/** NGHTTP2_INTERNAL_ERROR */
const INTERNAL_ERROR = 2;
/** NGHTTP2_CANCEL */
const CANCEL = 8;

function leaveOutSize(given: Record<string, string | string[]>, status: number): void {
  if (status === 205) given['content-length'] = '0';
  else if (status === 204) delete given['content-length'];
  delete given['transfer-encoding'];
}

/** By a reset where there is one: a response that ends with its connection must not look whole. */
function cutConnection(socket: Duplex): void {
  const { resetAndDestroy, encrypted } = socket as Partial<Socket> & { readonly encrypted?: boolean };
  if (resetAndDestroy !== undefined && encrypted !== true) resetAndDestroy.call(socket);
  else socket.destroy();
}
