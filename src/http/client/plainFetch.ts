// A fetch of plain requests over undici's `request`, which costs a third of its `fetch`.
//
// 1. Plain is what has no body or a whole one and no option that only fetch knows; everything else goes to fetch. So what is
//    sent and what comes back are the same for both: the same fields, redirects, codings, statuses without a body.
// 2. A redirect is followed by fetch, from its first step on: the rules for what may go on to whom are there.
// 3. Ports that fetch refuses are left to it.

import { Readable } from 'node:stream';
import { decoded, isEncoded } from './decoded.ts';
import { NativeResponse } from '../message/response.ts';
import type { Received } from './receivedResponse.ts';

type Fetch = (url: string, init: RequestInit) => Promise<Received>;

/** What undici's `request` brings. */
interface Brought {
  readonly statusCode: number;
  readonly statusText?: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable & Carrier & { dump(): Promise<void> };
}

export type Ask = (url: string, options: Record<string, unknown>) => Promise<Brought>;

/** Who holds the body. */
type Carrier = Pick<Response, 'text' | 'arrayBuffer'> & {
  readonly body: ReadableStream<Uint8Array> | null;
};

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const OPTIONS: ReadonlySet<string> = new Set(['method', 'headers', 'body', 'redirect', 'signal']);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);
/** The highest ports that fetch refuses. */
const HIGHEST_REFUSED = [6697, 10_080];
const OFTEN: ReadonlySet<string> = new Set(['', '80', '443', '3000', '5000']);
const ABOUT_BODY: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'content-length',
]);
const SECRET: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'host']);

/** Whether it can go this way; `init` is one of {@link Outgoing}. */
export function isPlain(url: string, init: RequestInit): boolean {
  const { protocol, port } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  const number = Number(port);
  const [low = 0, high = 0] = HIGHEST_REFUSED;
  if (!OFTEN.has(port) && (number <= low || number === high)) return false;
  const { method, redirect, body } = init;
  return (
    METHODS.has(method as string) &&
    redirect === 'follow' &&
    (body === undefined || typeof body === 'string' || body instanceof Uint8Array) &&
    Object.keys(init).every((name) => OPTIONS.has(name))
  );
}

/** @throws what undici throws; TypeError for a redirect that leads nowhere */
export async function plainFetch(
  ask: Ask,
  fetch: Fetch,
  url: string,
  init: RequestInit,
): Promise<Received> {
  const { method, body, signal } = init;
  const brought = await ask(url, { method, body, signal, headers: fieldsToSend(url, init) });
  const { statusCode: status, headers } = brought;
  // Whoever reads hears of it; while nobody does, it would end the process.
  brought.body.on('error', () => {});
  const to = REDIRECTS.has(status) ? headers['location'] : undefined;
  if (to !== undefined) {
    brought.body.dump().catch(() => {});
    const received = await fetch(...nextStep(url, String(to), status, init));
    return Object.defineProperty(received, 'redirected', { value: true });
  }
  const isEmpty = method === 'HEAD' || BODILESS.has(status);
  if (isEmpty) brought.body.resume();
  const coding = headers['content-encoding'];
  if (isEmpty || !isEncoded(coding)) return new Plain(url, brought, isEmpty ? undefined : brought.body);
  const stream = Readable.toWeb(await decoded(brought.body, coding)) as ReadableStream<Uint8Array>;
  return new Plain(url, brought, new NativeResponse(stream));
}

function fieldsToSend(url: string, { headers }: RequestInit): string[] {
  const given = headers as [string, string][];
  const names = new Set(given.map(([name]) => name));
  const fields = given.filter(([name]) => name !== 'host').flat();
  const add = (name: string, value: string): void => {
    if (!names.has(name)) fields.push(name, value);
  };
  add('accept', '*/*');
  add('accept-language', '*');
  add('sec-fetch-mode', 'cors');
  add('user-agent', 'undici');
  if (names.has('range')) fields.push('accept-encoding', 'identity');
  else add('accept-encoding', url.startsWith('https:') ? 'br, gzip, deflate' : 'gzip, deflate');
  return fields;
}

/** Of a redirect, by the fetch standard (4.4, HTTP-redirect fetch). */
function nextStep(url: string, location: string, status: number, init: RequestInit): [string, RequestInit] {
  const text = Buffer.from(location, 'latin1').toString();
  if (!URL.canParse(text, url))
    throw new TypeError('fetch failed', { cause: new Error(`a redirect to ${text}, which is no URL`) });
  const next = new URL(text, url);
  const { method } = init;
  const drops =
    (method === 'POST' && (status === 301 || status === 302)) ||
    (method !== 'GET' && method !== 'HEAD' && status === 303);
  const sameOrigin = next.origin === new URL(url).origin;
  const headers = (init.headers as [string, string][]).filter(
    ([name]) => !(drops && ABOUT_BODY.has(name)) && (sameOrigin || !SECRET.has(name)),
  );
  const { body, ...rest } = init;
  return [next.href, { ...rest, headers, ...(drops ? { method: 'GET' } : body !== undefined && { body }) }];
}

class Plain implements Received {
  readonly redirected = false;
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly #brought: Brought;
  readonly #carrier: Carrier | undefined;
  #stream: Response['body'] | undefined;

  constructor(url: string, brought: Brought, carrier: Carrier | undefined) {
    this.url = withoutFragment(url);
    this.status = brought.statusCode;
    this.statusText = brought.statusText ?? '';
    this.#brought = brought;
    this.#carrier = carrier;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get hasBody(): boolean {
    return this.#carrier !== undefined;
  }

  get headers(): [string, string][] {
    const pairs: [string, string][] = [];
    for (const [name, value] of Object.entries(this.#brought.headers))
      for (const each of Array.isArray(value) ? value : [value ?? '']) pairs.push([name, inBytes(each)]);
    return pairs;
  }

  get body(): Response['body'] {
    if (this.#carrier === undefined) return null;
    if (this.#carrier !== this.#brought.body) return this.#carrier.body as Response['body'];
    return (this.#stream ??= Readable.toWeb(this.#brought.body) as ReadableStream<Uint8Array<ArrayBuffer>>);
  }

  async text(): Promise<string> {
    return (await this.#carrier?.text()) ?? '';
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.#carrier?.arrayBuffer()) ?? new ArrayBuffer(0);
  }
}

function withoutFragment(url: string): string {
  const at = url.indexOf('#');
  return at === -1 ? url : url.slice(0, at);
}

/** A value of a field as fetch has it, a character for each byte; undici 7 reads it as UTF-8. */
function inBytes(value: string): string {
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\xFF]*$/.test(value) ? value : Buffer.from(value).toString('latin1');
}
