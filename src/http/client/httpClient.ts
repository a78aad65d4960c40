// HttpClient: requests over connections of its own.
//
// 1. It is a resource of its loop: what it has open ends with the loop, at the latest.
// 2. Its end ends what is on its way: the requests fail, and so does the reading of their bodies.

import {
  CancelScope,
  currentSignal,
  getRunningLoop,
  InvalidArgumentError,
  sleep,
  UsageError,
  wrapFuture,
} from '../../asyncio.ts';
import { addResource, checkOptionNames, isInTask } from '../../lowlevel.ts';
import type { FilePath } from '../../files/files.ts';
import { checkStatus } from './checkStatus.ts';
import type { ClientExchange } from './clientExchange.ts';
import { checkClientOptions, checkPolicies, REQUEST_NAMES } from './clientOptions.ts';
import type { ClientOptions, ClientRequestOptions, RequestPolicies } from './clientOptions.ts';
import { openTransport } from './clientTransport.ts';
import type { ClientTransport } from './clientTransport.ts';
import { downloadFile } from './download.ts';
import type { DownloadOptions, Downloaded } from './download.ts';
import { receiveEvents } from './receiveEvents.ts';
import type { EventsOptions, ReceivedEvent } from './receiveEvents.ts';
import { dropBody, outgoing } from './outgoing.ts';
import { sendRequest } from './sendRequest.ts';

/** What a request is made of: a URL, relative to the client's `baseUrl` where it has one, or a Request.
 * @example
 * ```ts
 * import type { ClientInput } from 'asyncio-ts/http';
 * const input: ClientInput = '/teas?sort=name';
 * console.log(input); // -> /teas?sort=name
 * ```
 */
export type ClientInput = string | URL | Request;

/** Requests over a pool of connections; see {@link openClient}.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { openClient, serve, type HttpClient } from 'asyncio-ts/http';
 * const teas = (client: HttpClient) => client.json<string[]>('/teas');
 * await run(async () => {
 *   await using server = await serve(() => Response.json(['Assam']), { host: '127.0.0.1' });
 *   await using client = await openClient({ baseUrl: server.url });
 *   console.log(await teas(client)); // -> [ 'Assam' ]
 * });
 * ```
 */
export class HttpClient implements AsyncDisposable {
  readonly #transport: ClientTransport;
  readonly #options: ClientOptions;
  readonly #live: Set<ClientExchange> = new Set();
  readonly #forget: () => void;
  #closed: Promise<void> | undefined;

  /** Opened by `openClient` only. @internal */
  constructor(transport: ClientTransport, options: ClientOptions, unowned: boolean) {
    this.#transport = transport;
    this.#options = options;
    this.#forget = addResource(getRunningLoop(), {
      description: 'HTTP client',
      close: () => void this.#end(),
      end: () => this.#end(),
      // The one that `fetch` has for its loop is nobody's to close.
      isClosing: () => unowned,
    });
  }

  /** `undici`, or `platform` where that is not there: its fetch, with connections of its own. */
  get transport(): 'undici' | 'platform' {
    return this.#transport.name;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<HttpClient ${this.#closed === undefined ? this.transport : 'closed'} active=${this.#live.size}>`;
  }

  /** As the host's `fetch`, with the client's policies and those of the options. The response is an instance of the host's `Response`; a cancel
   * of the task ends the request, the pauses between its tries, and the reading of the body. Where there is a body and no
   * method it is a POST. Read the body, or cancel it: its connection is held until then.
   * @throws CancelledError; TimeoutError for a limit of time; HttpConnectionError when no response came; TypeError for what
   * `fetch` refuses; InvalidArgumentError; UsageError when the client is closed */
  async fetch(input: ClientInput, options: ClientRequestOptions = {}): Promise<Response> {
    return await this.#send(input, options);
  }

  /** The JSON of a response that succeeds; the limits of time hold for all of it.
   * @throws HttpStatusError for any other status; SyntaxError for what is no JSON; what {@link HttpClient.fetch} throws */
  async json<T = unknown>(input: ClientInput, options: ClientRequestOptions = {}): Promise<T> {
    const headers = new Headers(options.headers ?? (input instanceof Request ? input.headers : undefined));
    if (!headers.has('accept')) headers.set('accept', 'application/json');
    const response = await checkStatus(await this.#send(input, { ...options, headers }));
    return (await jsonOf(response)) as T;
  }

  /** The text of a response that succeeds.
   * @throws HttpStatusError for any other status; what {@link HttpClient.fetch} throws */
  async text(input: ClientInput, options: ClientRequestOptions = {}): Promise<string> {
    return await (await checkStatus(await this.#send(input, options))).text();
  }

  /** The bytes of a response that succeeds.
   * @throws HttpStatusError for any other status; what {@link HttpClient.fetch} throws */
  async bytes(input: ClientInput, options: ClientRequestOptions = {}): Promise<Uint8Array> {
    return new Uint8Array(await (await checkStatus(await this.#send(input, options))).arrayBuffer());
  }

  /** Server-sent events, as {@link events}, over this client.
   * @throws HttpStatusError; what {@link HttpClient.fetch} throws */
  events(input: string | URL, options: EventsOptions = {}): AsyncGenerator<ReceivedEvent, void, undefined> {
    return receiveEvents((given) => this.#send(input, given), options);
  }

  /** A file, as {@link download}, over this client.
   * @throws HttpStatusError; OSError; what {@link HttpClient.fetch} throws */
  async download(input: string | URL, path: FilePath, options: DownloadOptions = {}): Promise<Downloaded> {
    return await downloadFile((given) => this.#send(input, given), path, options);
  }

  async #send(input: ClientInput, options: ClientRequestOptions): Promise<Response> {
    try {
      if (isInTask() && currentSignal().aborted) await sleep(0);
      this.#checkOpen();
      checkOptionNames(options, REQUEST_NAMES, 'a request');
      checkPolicies(options);
      const policies = withDefaults(options, this.#options);
      const request = await outgoing(input, options, this.#options);
      this.#checkOpen();
      return await sendRequest({
        outgoing: request,
        policies,
        transport: this.#transport,
        live: this.#live,
      });
    } catch (error) {
      dropBody(options.body ?? (input instanceof Request ? input.body : undefined), error);
      throw error;
    }
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new UsageError('the HTTP client is closed');
  }

  /** Ends what is on its way, and every connection; the second time it waits for the first. A cancel is thrown when that
   * is done. */
  async close(): Promise<void> {
    const ended = wrapFuture(this.#end());
    await new CancelScope({ shield: true }).run(() => ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #end(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed;
    for (const exchange of [...this.#live]) exchange.abort(new UsageError('the HTTP client was closed'));
    this.#closed = this.#transport.close();
    this.#forget();
    return this.#closed;
  }
}

/** Opens a client, on the running loop.
 * @throws InvalidArgumentError; UnsupportedError for an option that needs undici, where that is not there
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { openClient, serve } from 'asyncio-ts/http';
 * await run(async () => {
 *   let asked = 0;
 *   const busy = () => new Response('busy', { status: 503 });
 *   const shop = () => (++asked < 3 ? busy() : Response.json({ tea: 3 }));
 *   await using server = await serve(shop, { host: '127.0.0.1' });
 *   await using client = await openClient({ baseUrl: server.url, retry: { retries: 3, delay: 1 } });
 *   console.log(await client.json('/stock'), asked); // -> { tea: 3 } 3
 * });
 * ```
 */
export async function openClient(options: ClientOptions = {}): Promise<HttpClient> {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError('options', 'openClient takes an object of options');
  checkClientOptions(options);
  return new HttpClient(await wrapFuture(openTransport(options)), options, false);
}

const unowned: WeakMap<object, Promise<HttpClient>> = new WeakMap();

/** The client of the running loop that `fetch` and its like share. */
export async function sharedClient(): Promise<HttpClient> {
  const loop = getRunningLoop();
  let client = unowned.get(loop);
  if (client === undefined) {
    client = openTransport({}).then((transport) => new HttpClient(transport, {}, true));
    unowned.set(loop, client);
  }
  return await wrapFuture(client);
}

function withDefaults(own: RequestPolicies, defaults: RequestPolicies): RequestPolicies {
  return {
    timeout: own.timeout ?? defaults.timeout,
    tryTimeout: own.tryTimeout ?? defaults.tryTimeout,
    bodyTimeout: own.bodyTimeout ?? defaults.bodyTimeout,
    retry: own.retry ?? defaults.retry,
    hedge: own.hedge ?? defaults.hedge,
  };
}

/** The host's error says what is no JSON, and not where it came from. */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const type = response.headers.get('content-type') ?? 'no content-type';
    throw new SyntaxError(`the response of ${response.url} (${type}) is no JSON: ${error.message}`, {
      cause: error,
    });
  }
}
