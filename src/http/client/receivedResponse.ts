// The response that a fetch brings: what carried it has made one, of undici's own class perhaps, and this one shows it as
// the platform's.
//
// 1. It is an instance of the platform's Response. What is asked that is not here is asked of a real one, made then over the
//    same body.
// 2. A body that is read as a whole is read by what carried it, without a stream in between.
// 3. Whatever is read, the wait is one that a cancel ends; `BodySource` sees to that.

import { NativeResponse } from '../message/response.ts';
import { standInFor } from '../message/standIn.ts';

/** What the client wants of a response: all that undici's and the platform's have, or less. */
export interface Received extends Pick<
  Response,
  'status' | 'statusText' | 'ok' | 'url' | 'redirected' | 'body' | 'text' | 'arrayBuffer'
> {
  readonly headers: Iterable<[string, string]>;
  /** Where asking for the body takes it. */
  readonly hasBody?: boolean;
}

export function hasBody(received: Received): boolean {
  return received.hasBody ?? received.body !== null;
}

/** The try that the response is of. */
export interface BodySource {
  /** Whether a body may be read as a whole, with no look at its pieces. */
  readonly readsWhole: boolean;
  /** Waits for a body that is being read as a whole. */
  whole<T>(reading: Promise<T>): Promise<T>;
  /** The platform's own Response, over the body of `received`. */
  real(received: Received, headers: Headers): Response;
}

export class ReceivedResponse {
  readonly #received: Received;
  readonly #source: BodySource;
  #headers: Headers | undefined = undefined;
  #real: Response | undefined = undefined;
  /** Its body is read, or being read, as a whole. */
  #isRead: boolean = false;

  constructor(received: Received, source: BodySource) {
    this.#received = received;
    this.#source = source;
  }

  get status(): number {
    return this.#received.status;
  }

  get statusText(): string {
    return this.#received.statusText;
  }

  get ok(): boolean {
    return this.#received.ok;
  }

  get type(): Response['type'] {
    return 'basic';
  }

  get url(): string {
    return this.#received.url;
  }

  get redirected(): boolean {
    return this.#received.redirected;
  }

  get headers(): Headers {
    return (this.#headers ??= new Headers([...this.#received.headers]));
  }

  get body(): Response['body'] {
    if (!hasBody(this.#received)) return null;
    return this.#real === undefined && this.bodyUsed ? this.#received.body : this.#own().body;
  }

  get bodyUsed(): boolean {
    return this.#isRead || this.#real?.bodyUsed === true;
  }

  async text(): Promise<string> {
    return this.#takes() ? await this.#source.whole(this.#received.text()) : await this.#own().text();
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#takes()
      ? await this.#source.whole(this.#received.arrayBuffer())
      : await this.#own().arrayBuffer();
  }

  async bytes(): Promise<Uint8Array> {
    return new Uint8Array(await this.arrayBuffer());
  }

  async blob(): Promise<Blob> {
    return await this.#own().blob();
  }

  async formData(): Promise<FormData> {
    return await this.#own().formData();
  }

  clone(): Response {
    return this.#own().clone();
  }

  get [Symbol.toStringTag](): string {
    return 'Response';
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): object {
    const { status, statusText, headers, bodyUsed, ok, redirected, type, url } = this;
    return { status, statusText, headers, bodyUsed, ok, redirected, type, url };
  }

  #takes(): boolean {
    this.#checkUnread();
    if (this.#real !== undefined || !this.#source.readsWhole) return false;
    this.#isRead = hasBody(this.#received);
    return true;
  }

  #checkUnread(): void {
    if (this.bodyUsed) throw new TypeError('Body is unusable: Body has already been read');
  }

  #own(): Response {
    if (this.#real === undefined) {
      this.#checkUnread();
      this.#real = this.#source.real(this.#received, this.headers);
    }
    return this.#real;
  }
}
standInFor(ReceivedResponse, NativeResponse);
Object.defineProperty(ReceivedResponse.prototype, 'constructor', {
  configurable: true,
  writable: true,
  value: NativeResponse,
});
