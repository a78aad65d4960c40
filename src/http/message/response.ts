// A Response that costs little: what it was made with, and the platform's own on demand.
//
// 1. Text, bytes and nothing, which nearly all responses are, stay as they are until they are sent. Streams, blobs and
//    forms go to the platform's Response at once.
// 2. Whatever is asked that is not here is asked of the platform's, made then; from then on that one is the truth.
// 3. Bytes are not copied: they must not be changed until the response is sent.

import type { Exchange } from '../engine/exchange.ts';
import { fieldsOf, flatOf, headersOf } from './headers.ts';
import type { HeadersLike, LightHeaders } from './headers.ts';
import { standInFor } from './standIn.ts';

export const NativeResponse: typeof Response = globalThis.Response;

type NativeBody = NonNullable<ConstructorParameters<typeof Response>[0]>;
type PlainBody = string | Uint8Array | undefined;

/** As of the platform's Response.
 * @example
 * ```ts
 * import { LightResponse, type ResponseOptions } from 'asyncio-ts/http';
 * const options: ResponseOptions = { status: 404 };
 * console.log(new LightResponse('not here', options).ok); // -> false
 * ```
 */
export interface ResponseOptions {
  status?: number | undefined;
  statusText?: string | undefined;
  headers?: HeadersLike | undefined;
}

const TEXT = 'text/plain;charset=UTF-8';
const decoder = new TextDecoder();

/** Whether a response of this status has no body. */
function isBodiless(status: number): boolean {
  return status === 204 || status === 304 || status === 205 || status === 101;
}

/** What a plain response sends. */
export interface PlainResponse {
  readonly status: number;
  readonly statusText: string;
  readonly fields: readonly string[];
  readonly body: PlainBody;
}

const NO_FIELDS: readonly string[] = Object.freeze([]);
const TEXT_FIELDS: readonly string[] = Object.freeze(['content-type', TEXT]);

/** The platform's `Response`, at a lower price: a stand-in that is an instance of it, and gives the real one where that
 * is needed. `serve` puts it in the place of the global one. Bytes are not copied: leave them as they are until the
 * response is sent.
 * @example
 * ```ts
 * import { LightResponse } from 'asyncio-ts/http';
 * const response = new LightResponse('hello', { headers: { 'x-a': 'b' } });
 * console.log(response instanceof Response, response.headers.get('x-a'), await response.text()); // -> true b hello
 * ```
 */
export class LightResponse {
  readonly #status: number;
  readonly #statusText: string;
  #fields: readonly string[];
  #headers: LightHeaders | undefined;
  #body: PlainBody;
  #used: boolean;
  #native: Response | undefined;

  constructor(body?: NativeBody | null, init?: ResponseOptions) {
    this.#status = 200;
    this.#statusText = '';
    this.#headers = this.#native = this.#body = undefined;
    this.#used = false;
    this.#fields = NO_FIELDS;
    if (init !== undefined && init !== null) {
      const { status, statusText, headers } = init;
      if (status !== undefined) this.#status = checkedStatus(status);
      if (statusText !== undefined) this.#statusText = checkedReason(statusText);
      if (headers !== undefined && headers !== null) this.#fields = fieldsOf(headers);
    }
    if (body === undefined || body === null) return;
    if (isBodiless(this.#status))
      throw new TypeError(`a response of the status ${this.#status} has no body`);
    if (typeof body === 'string') {
      this.#body = body;
      if (this.#fields === NO_FIELDS) this.#fields = TEXT_FIELDS;
      else if (!names(this.#fields, 'content-type')) (this.#fields as string[]).push('content-type', TEXT);
    } else if (body instanceof Uint8Array) this.#body = body;
    else if (body instanceof ArrayBuffer) this.#body = new Uint8Array(body);
    else this.#native = new NativeResponse(body, this.#init());
  }

  /** What to send, where nothing else than text or bytes is needed for it; else the platform's own.
   * @throws TypeError when somebody has read the body */
  static plain(response: Response): PlainResponse | Response {
    if (!(#status in response)) return response;
    const light = response as unknown as LightResponse;
    if (light.#native !== undefined) return light.#native;
    if (light.#used) throw new TypeError('the body of the response was read already');
    return {
      status: light.#status,
      statusText: light.#statusText,
      fields: flatOf(light.#headers) ?? light.#fields,
      body: light.#body,
    };
  }

  static is(value: unknown): boolean {
    return typeof value === 'object' && value !== null && #status in value;
  }

  static native(response: Response): Response {
    return #status in response ? (response as unknown as LightResponse).#real() : response;
  }

  static json(data: unknown, init?: ResponseOptions): Response {
    const text = JSON.stringify(data) as string | undefined;
    if (text === undefined) throw new TypeError('the value is no JSON');
    const response = new LightResponse(text, init);
    if (init?.headers === undefined || !names(fieldsOf(init.headers), 'content-type')) {
      response.#fields =
        response.#fields === TEXT_FIELDS
          ? JSON_FIELDS
          : response.#fields.map((field) => (field === TEXT ? 'application/json' : field));
    }
    return response as unknown as Response;
  }

  static redirect(url: string | URL, status: number = 302): Response {
    if (![301, 302, 303, 307, 308].includes(status))
      throw new RangeError(`${status} is no status of a redirect`);
    const location = NativeResponse.redirect(url, status as 302).headers.get('location') ?? '';
    return new LightResponse(null, { status, headers: [['location', location]] }) as unknown as Response;
  }

  static error(): Response {
    return NativeResponse.error();
  }

  get status(): number {
    return this.#status;
  }

  get statusText(): string {
    return this.#statusText;
  }

  get ok(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }

  get type(): Response['type'] {
    return 'default';
  }

  get url(): string {
    return '';
  }

  get redirected(): boolean {
    return false;
  }

  get headers(): Headers {
    if (this.#native !== undefined) return this.#native.headers;
    return (this.#headers ??= headersOf([...this.#fields])) as unknown as Headers;
  }

  get body(): Response['body'] {
    return this.#body === undefined && this.#native === undefined ? null : this.#real().body;
  }

  get bodyUsed(): boolean {
    return this.#native?.bodyUsed ?? this.#used;
  }

  async text(): Promise<string> {
    if (this.#native !== undefined) return await this.#native.text();
    const body = this.#take();
    return typeof body === 'string' ? body.toWellFormed() : decoder.decode(body);
  }

  async json(): Promise<unknown> {
    if (this.#native !== undefined) return await this.#native.json();
    return JSON.parse(await this.text()) as unknown;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return await this.#real().arrayBuffer();
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.arrayBuffer());
  }

  async blob(): Promise<Blob> {
    return await this.#real().blob();
  }

  async formData(): Promise<FormData> {
    return await this.#real().formData();
  }

  clone(): Response {
    if (this.#native !== undefined) return this.#native.clone();
    if (this.#used) throw new TypeError('the body was read already: clone the response before');
    const clone = new LightResponse(null, { status: this.#status, statusText: this.#statusText });
    clone.#fields = this.#headers === undefined ? this.#fields : fieldsOf(this.#headers);
    clone.#body = this.#body;
    return clone as unknown as Response;
  }

  get [Symbol.toStringTag](): string {
    return 'Response';
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): object {
    const { status, statusText, headers, bodyUsed, ok } = this;
    return { status, statusText, headers, bodyUsed, ok };
  }

  #init(): ResponseInit {
    const fields = flatOf(this.#headers) ?? this.#fields;
    const headers: [string, string][] = [];
    for (let index = 0; index < fields.length; index += 2)
      headers.push([fields[index] as string, fields[index + 1] as string]);
    return { status: this.#status, statusText: this.#statusText, headers };
  }

  #real(): Response {
    if (this.#native === undefined) {
      this.#native = new NativeResponse((this.#body as NativeBody | undefined) ?? null, this.#init());
      if (this.#used) void this.#native.text();
    }
    return this.#native;
  }

  #take(): string | Uint8Array {
    if (this.#used) throw new TypeError('Body is unusable: Body has already been read');
    if (this.#body === undefined) return '';
    this.#used = true;
    return this.#body;
  }
}
standInFor(LightResponse, NativeResponse);

/** Sends `response` where that takes no time. @returns the platform's Response that is to be sent otherwise; undefined when
 * it was sent
 * @throws TypeError for what is no Response, or one whose body was read */
export function sendPlain(exchange: Exchange, response: Response): Response | undefined {
  const plain = LightResponse.plain(response);
  if ('fields' in plain) exchange.send(plain.status, plain.statusText, plain.fields, plain.body);
  else return plain;
  return undefined;
}

/** The platform's own Response: what is one already, or stands in for it. */
export function nativeResponse(response: Response): Response {
  return LightResponse.native(response);
}

/** Whether it is a Response, of either kind. */
export function isResponse(value: unknown): value is Response {
  return LightResponse.is(value) || value instanceof NativeResponse;
}

const JSON_FIELDS: readonly string[] = Object.freeze(['content-type', 'application/json']);

function names(fields: readonly string[], name: string): boolean {
  for (let index = 0; index < fields.length; index += 2) if (fields[index] === name) return true;
  return false;
}

function checkedStatus(status: number): number {
  const number = Math.trunc(Number(status));
  if (number >= 200 && number <= 599) return number;
  throw new RangeError(`the status of a response is between 200 and 599, not ${String(status)}`);
}

function checkedReason(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (!/^[\t\x20-\x7E\x80-\xFF]*$/.test(text))
    throw new TypeError('statusText has a character that it must not have');
  return text;
}
