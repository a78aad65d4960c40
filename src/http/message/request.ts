// A Request that costs little: the exchange it came in, read when something is asked, and the platform's own on demand.
//
// 1. What most handlers ask (method, url, headers, the body as text, JSON or bytes, the signal) is answered from the
//    exchange. All else is asked of the platform's Request, made then.
// 2. The signal is the task's: it is made when somebody asks for it.
// 3. The body is read once, by whoever is first: this, or the platform's Request once it was made.
// 4. A body that is not what the handler takes it for is the client's mistake: that error, passed on, is a 400.
// 5. The platform knows no GET with a body, though clients send it: only this one has that body.

import type { Exchange } from '../engine/exchange.ts';
import { headersOf } from './headers.ts';
import type { LightHeaders } from './headers.ts';
import { NativeResponse } from './response.ts';
import { asBadRequest, readWhole, streamOf } from './requestBody.ts';
import { urlOf } from './requestUrl.ts';
import { standInFor } from './standIn.ts';

export const NativeRequest: typeof Request = globalThis.Request;

/** Who has the signals of requests; one for a whole server. */
export interface SignalSource {
  /** Aborted when the task of the exchange is cancelled. */
  signalOf(exchange: Exchange): AbortSignal;
}

const decoder = new TextDecoder();
/** Methods that the platform lets nobody ask by. */
const REFUSED = /^(?:TRACE|TRACK|CONNECT)$/;

/** Of the platform's requests that were made of ours. */
const exchangesOfNatives: WeakMap<Request, Exchange> = new WeakMap();

/** A `Request` of what a client has sent. */
export function requestOf(exchange: Exchange, signals: SignalSource): Request {
  return new LightRequest(exchange, signals) as unknown as Request;
}

/** The exchange of a request that {@link requestOf} made. */
export function exchangeOf(request: Request): Exchange | undefined {
  return LightRequest.exchange(request);
}

/** The platform's own Request: what is one already, or stands in for it. */
export function nativeRequest(request: Request): Request {
  return LightRequest.native(request);
}

/** The platform's `Request` for what a client has sent, at a lower price. Programs get it from the server and make none:
 * `new Request(…)` makes the platform's. */
export class LightRequest {
  readonly #exchange: Exchange;
  readonly #signals: SignalSource;
  #url: string | undefined;
  #headers: LightHeaders | undefined;
  #used: boolean;
  #native: Request | undefined;

  constructor(exchange: Exchange, signals: SignalSource) {
    this.#exchange = exchange;
    this.#signals = signals;
    this.#url = this.#headers = this.#native = undefined;
    this.#used = false;
  }

  static exchange(request: Request): Exchange | undefined {
    if (#exchange in request) return (request as unknown as LightRequest).#exchange;
    return exchangesOfNatives.get(request);
  }

  static native(request: Request): Request {
    return #exchange in request ? (request as unknown as LightRequest).#real() : request;
  }

  get method(): string {
    return this.#exchange.method;
  }

  get url(): string {
    return (this.#url ??= urlOf(this.#exchange));
  }

  get headers(): Headers {
    return (this.#headers ??= headersOf([...this.#exchange.fields])) as unknown as Headers;
  }

  get signal(): AbortSignal {
    return this.#signals.signalOf(this.#exchange);
  }

  get body(): Request['body'] {
    return this.#native === undefined && !this.#exchange.hasBody ? null : this.#real().body;
  }

  get bodyUsed(): boolean {
    return this.#native?.bodyUsed ?? this.#used;
  }

  async text(): Promise<string> {
    if (this.#native !== undefined) return await this.#native.text();
    this.#use();
    const text = this.#exchange.takeText?.();
    if (text !== undefined) return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    return decoder.decode(await readWhole(this.#exchange));
  }

  async json(): Promise<unknown> {
    if (this.#native !== undefined) return await this.#native.json();
    const text = await this.text();
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw asBadRequest(error, 'the body is no JSON');
    }
  }

  async bytes(): Promise<Uint8Array> {
    if (this.#native !== undefined) return new Uint8Array(await this.#native.arrayBuffer());
    this.#use();
    return await readWhole(this.#exchange);
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.bytes();
    const { buffer, byteOffset, byteLength } = bytes;
    if (byteLength === buffer.byteLength) return buffer as ArrayBuffer;
    return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  }

  async blob(): Promise<Blob> {
    return await (await this.#asResponse()).blob();
  }

  async formData(): Promise<FormData> {
    const response = await this.#asResponse();
    try {
      return await response.formData();
    } catch (error) {
      throw asBadRequest(error, 'the body is no form');
    }
  }

  clone(): Request {
    return this.#real().clone();
  }

  get cache(): Request['cache'] {
    return 'default';
  }

  get credentials(): Request['credentials'] {
    return 'same-origin';
  }

  get destination(): Request['destination'] {
    return '';
  }

  get duplex(): 'half' {
    return 'half';
  }

  get integrity(): string {
    return '';
  }

  get keepalive(): boolean {
    return false;
  }

  get mode(): Request['mode'] {
    return 'cors';
  }

  get redirect(): Request['redirect'] {
    return 'follow';
  }

  get referrer(): string {
    return 'about:client';
  }

  get referrerPolicy(): Request['referrerPolicy'] {
    return '';
  }

  get [Symbol.toStringTag](): string {
    return 'Request';
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): object {
    const { method, url, headers, bodyUsed } = this;
    return { method, url, headers, bodyUsed };
  }

  #use(): void {
    if (this.#used) throw new TypeError('Body is unusable: Body has already been read');
    if (this.#exchange.hasBody) this.#used = true;
  }

  // The platform reads blobs and forms out of responses as out of requests.
  async #asResponse(): Promise<Response> {
    const type = this.headers.get('content-type');
    return new NativeResponse((await this.bytes()) as Uint8Array<ArrayBuffer>, {
      headers: type === null ? {} : { 'content-type': type },
    });
  }

  #real(): Request {
    if (this.#native === undefined) {
      const { method } = this;
      const hasBody = this.#exchange.hasBody && method !== 'GET' && method !== 'HEAD';
      const body = !hasBody ? null : this.#used ? new Uint8Array(1) : streamOf(this.#exchange);
      const isRefused = REFUSED.test(method);
      this.#native = new NativeRequest(this.url, {
        method: isRefused ? 'POST' : method,
        headers: [...this.headers],
        signal: this.signal,
        body: body as never,
        duplex: 'half',
      });
      if (isRefused) Object.defineProperty(this.#native, 'method', { value: method });
      exchangesOfNatives.set(this.#native, this.#exchange);
      if (hasBody && this.#used) void emptied(this.#native);
    }
    return this.#native;
  }
}
standInFor(LightRequest, NativeRequest);

async function emptied(request: Request): Promise<void> {
  await request.text();
}
