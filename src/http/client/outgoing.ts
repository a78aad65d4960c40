// A request as it is sent, as often as it is: what the caller gave, in the form that the host's fetch and undici's take.
//
// 1. The platform's Request checks and completes what was given, so that both take and refuse the same.
// 2. A body that is there as a whole goes as a whole, with its length, at each try; one that streams goes once.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { HeaderFields } from '../serve/httpError.ts';
import type { ClientRequestOptions } from './clientOptions.ts';

type Body = NonNullable<RequestInit['body']>;

/** What is sent. */
export interface Outgoing {
  readonly method: string;
  readonly url: string;
  /** Whether the body can be sent again. */
  readonly again: boolean;
  /** The caller's own signal. */
  readonly signal: AbortSignal | undefined;
  /** For one try. */
  init(signal: AbortSignal): RequestInit;
}

/** @throws TypeError as `fetch`; InvalidArgumentError for a body beside `json` */
export async function outgoing(
  input: string | URL | Request,
  options: ClientRequestOptions,
  defaults: { readonly baseUrl?: string | URL | undefined; readonly headers?: HeaderFields | undefined },
): Promise<Outgoing> {
  const { json, query, ...rest } = options;
  const init = hostInit(rest);
  if (json !== undefined && init.body !== undefined)
    throw new InvalidArgumentError('json', 'a request has a body or json, not both');
  const given = json === undefined ? await wholeBody(init.body) : { body: jsonText(json), type: JSON_TYPE };
  const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
  if (signal !== undefined && typeof (signal as Partial<AbortSignal>).aborted !== 'boolean')
    throw new TypeError('signal is an AbortSignal');
  const request = new Request(input instanceof Request ? input : absolute(input, defaults.baseUrl), {
    ...init,
    // The tries follow it by themselves. This request would listen to it until it is collected.
    signal: null,
    ...(given !== undefined && { body: given.body }),
    ...(isStream(given?.body) && { duplex: 'half' }),
    ...(given !== undefined &&
      init.method === undefined &&
      !(input instanceof Request) && { method: 'POST' }),
  });
  const { headers } = request;
  const own = new Headers(init.headers);
  if (given?.type !== undefined && !own.has('content-type')) headers.set('content-type', given.type);
  for (const [name, value] of new Headers(defaults.headers))
    if (!headers.has(name)) headers.set(name, value);
  const body = given === undefined || isStream(given.body) ? request.body : given.body;
  const again = !isStream(body);
  return {
    method: request.method,
    url: withQuery(request.url, query),
    again,
    signal,
    init: (signal) => ({
      ...init,
      method: request.method,
      headers: [...headers] as [string, string][],
      redirect: request.redirect,
      signal,
      ...(body !== null && { body: body as Body }),
      ...(!again && { duplex: 'half' }),
    }),
  };
}

const JSON_TYPE = 'application/json';

function jsonText(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined)
    throw new InvalidArgumentError('json', `json is a value of JSON, not ${typeof value}`);
  return text;
}

/** What the host's fetch takes of the options. */
function hostInit(options: Omit<ClientRequestOptions, 'json' | 'query'>): RequestInit {
  const init: Record<string, unknown> = { ...options };
  for (const name of ['timeout', 'tryTimeout', 'bodyTimeout', 'retry', 'hedge']) delete init[name];
  return init;
}

function absolute(input: string | URL, baseUrl: string | URL | undefined): string {
  return new URL(input, baseUrl).href;
}

// A form goes with its length, which servers ask for; a stream has none.
async function wholeBody(
  body: RequestInit['body'],
): Promise<{ body: Body; type?: string | undefined } | undefined> {
  if (body === null || body === undefined) return undefined;
  if (!(body instanceof FormData) && !(body instanceof URLSearchParams)) return { body };
  const whole = new Response(body);
  const type = whole.headers.get('content-type') ?? undefined;
  return { body: new Uint8Array(await whole.arrayBuffer()), type };
}

function isStream(body: unknown): boolean {
  return (
    typeof body === 'object' &&
    body !== null &&
    !(body instanceof Blob) &&
    !(body instanceof ArrayBuffer) &&
    !ArrayBuffer.isView(body)
  );
}

function withQuery(url: string, query: ClientRequestOptions['query']): string {
  if (query === undefined) return url;
  const whole = new URL(url);
  for (const [name, given] of Object.entries(query))
    for (const value of Array.isArray(given) ? given : [given])
      if (value !== undefined) whole.searchParams.append(name, String(value));
  return whole.href;
}

/** A stream that nobody has begun to send, and nobody will: what it holds open is to be closed. */
export function dropBody(body: unknown, reason: unknown): void {
  if (body instanceof ReadableStream && !body.locked) void dropped(body, reason);
}

async function dropped(body: ReadableStream, reason: unknown): Promise<void> {
  try {
    await body.cancel(reason);
  } catch {
    // Its own failure; the request has failed already.
  }
}
