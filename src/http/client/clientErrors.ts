// What a request of the client's ends with where no response, or not the wished one, has come.

import { AsyncioError, isCancelled } from '../../asyncio.ts';
import { defineError, fromHostError } from '../../lowlevel.ts';

/** No response came, or its body broke off: nobody listens there, the name is unknown, the connection was cut. The message
 * names host and port; `cause` is the system's error, with its own `code`.
 * @example
 * ```ts
 * import { ConnectionRefusedError, run } from 'asyncio-ts';
 * import { fetch, HttpConnectionError } from 'asyncio-ts/http';
 * await run(async () => {
 *   const error = await fetch('http://127.0.0.1:4/').catch((error: unknown) => error);
 *   if (error instanceof HttpConnectionError) console.log(error.url); // -> http://127.0.0.1:4/
 * });
 * ```
 */
export class HttpConnectionError extends AsyncioError {
  /** What was asked for; empty where that is not known. */
  readonly url: string;

  constructor(message: string, options: ErrorOptions & { readonly url?: string } = {}) {
    super('ERR_ASYNCIO_HTTP_CONNECTION', message, options);
    this.url = options.url ?? '';
  }
}

/** What is known of a response that is not the wished one.
 * @example
 * ```ts
 * import type { HttpStatusDetails } from 'asyncio-ts/http';
 * const details: HttpStatusDetails = { status: 404, url: 'http://tea.example/' };
 * console.log(details.status); // -> 404
 * ```
 */
export interface HttpStatusDetails {
  readonly status: number;
  readonly statusText?: string | undefined;
  readonly url?: string | undefined;
  readonly headers?: Headers | undefined;
  /** The first part of the body. */
  readonly body?: string | undefined;
}

/** The server has answered with a status that is no success: thrown by `client.json` and its like, by `checkStatus`, and by
 * `events` and `download`; never by `fetch`.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { HttpError, HttpStatusError, openClient, serve } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve(() => { throw new HttpError(404, 'no tea'); }, { host: '127.0.0.1' });
 *   await using client = await openClient({ baseUrl: server.url });
 *   const error = await client.json('/tea').catch((error: unknown) => error);
 *   if (error instanceof HttpStatusError) console.log(error.status, error.body); // -> 404 no tea
 * });
 * ```
 */
export class HttpStatusError extends AsyncioError {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: Headers;
  /** The first part of the body, 1,024 characters at most. */
  readonly body: string;

  constructor(details: HttpStatusDetails, options?: ErrorOptions) {
    const { status, statusText = '', url = '', headers = new Headers(), body = '' } = details;
    const said = body.trim().slice(0, 200);
    super(
      'ERR_ASYNCIO_HTTP_RESPONSE_STATUS',
      `${url} has the status ${`${status} ${statusText}`.trim()}${said === '' ? '' : `: ${said}`}`,
      options,
    );
    this.status = status;
    this.statusText = statusText;
    this.url = url;
    this.headers = headers;
    this.body = body;
  }
}

defineError(HttpConnectionError, 'HttpConnectionError', 'ERR_ASYNCIO_HTTP_CONNECTION');
defineError(HttpStatusError, 'HttpStatusError', 'ERR_ASYNCIO_HTTP_RESPONSE_STATUS');

/** What the host's fetch throws where it does not throw of bad arguments: `fetch failed`, and the reason inside. */
export function toConnectionError(
  error: unknown,
  asked: { readonly method: string; readonly url: string },
  inBody: boolean = false,
): unknown {
  if (
    isCancelled(error) ||
    error instanceof AsyncioError ||
    !(error instanceof Error) ||
    isArgumentError(error)
  )
    return error;
  const reason = reasonOf(error);
  if (REFUSED.has(reason.message)) return new TypeError(`${asked.url} is not asked for: ${reason.message}`);
  if (MISLED.test(reason.message))
    return new TypeError(`the redirects of ${asked.url} are not followed: ${reason.message}`, {
      cause: error,
    });
  const cause = fromHostError(reason);
  const where = hostAndPort(asked.url);
  const what = inBody ? `the body of ${asked.method} ${asked.url} broke off` : `no response from ${where}`;
  const { message } = cause as Error;
  const said = message === '' ? codeOf(reason) : message;
  return new HttpConnectionError(
    `${what}: ${inBody ? `the connection to ${where} has failed: ` : ''}${said}`,
    { cause, url: asked.url },
  );
}

const BEFORE_SENDING: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ConnectionRefused',
]);

/** Whether nothing of the request can have reached the server. */
export function failedBeforeSending(error: unknown): boolean {
  return error instanceof HttpConnectionError && BEFORE_SENDING.has(codeOf(error.cause));
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** What fetch does with a URL that it does not take: it fails as if the network had. */
const REFUSED: ReadonlySet<string> = new Set(['unknown scheme', 'bad port']);
/** Redirects that end nowhere: those that come back to where they began, or that `redirect: 'error'` does not want, as each
 * host says it. */
const MISLED = /redirect/i;

// A bad URL, header or method is the caller's: a TypeError with no failure of the system inside.
function isArgumentError(error: Error): boolean {
  if (!(error instanceof TypeError) || error.cause !== undefined) return false;
  const code = codeOf(error);
  return code === ''
    ? !/failed|terminated|network|socket|connection|sending|body/i.test(error.message)
    : code.startsWith('ERR_INVALID');
}

function reasonOf(error: Error): Error {
  let reason = error;
  while (codeOf(reason) === '' && reason.cause instanceof Error) reason = reason.cause;
  // One for each address that was tried.
  if (reason instanceof AggregateError && reason.errors[0] instanceof Error) return reason.errors[0];
  return reason;
}

/** As in a URL, with the port written out. */
export function hostAndPort(url: string): string {
  if (!URL.canParse(url)) return url;
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}
