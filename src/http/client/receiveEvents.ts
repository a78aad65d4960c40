// Server-sent events, received: the parser of the HTML standard, and its rules for connecting again.
//
// 1. The id of the last event is sent with each new connection, so that the server can go on behind it. One that had not
//    come as a whole when the connection broke has not been seen.
// 2. An end and a broken connection are the same: again after the pause. A status of another kind is an error, but for 204,
//    which says that there is no more, and what `statuses` of a retry policy name: there it tries again.
// 3. Where one connection after the other fails, the pauses grow.

import { sleep, TimeoutError } from '../../asyncio.ts';
import type { Duration } from '../../asyncio.ts';
import { checkOptionNames, toMilliseconds } from '../../lowlevel.ts';
import { checkStatus } from './checkStatus.ts';
import { HttpConnectionError } from './clientErrors.ts';
import { REQUEST_NAMES } from './clientOptions.ts';
import type { ClientRequestOptions } from './clientOptions.ts';
import { splitLines } from './lines.ts';
import { retryAfter } from './retryPolicy.ts';

/** One event that has come; see {@link events}.
 * @example
 * ```ts
 * import type { ReceivedEvent } from 'asyncio-ts/http';
 * const event: ReceivedEvent = { id: '7', event: 'message', data: '{"tea":3}' };
 * console.log(JSON.parse(event.data)); // -> { tea: 3 }
 * ```
 */
export interface ReceivedEvent {
  /** That of this event, or of the last one that had one; '' for none. */
  readonly id: string;
  /** `message` where the server has not named it. */
  readonly event: string;
  readonly data: string;
}

/** Options of {@link events}: those of a request, and more.
 * @example
 * ```ts
 * import type { EventsOptions } from 'asyncio-ts/http';
 * const options: EventsOptions = { lastEventId: '7', pause: 500, maxFailures: 5 };
 * console.log(options.lastEventId); // -> 7
 * ```
 */
export interface EventsOptions extends Omit<ClientRequestOptions, 'timeout' | 'hedge'> {
  /** What was seen last; '' by default. */
  readonly lastEventId?: string | undefined;
  /** Milliseconds before it connects again, until the server says otherwise; 3,000 by default. */
  readonly pause?: Duration | undefined;
  /** The pauses of failures one after the other grow up to this; 30,000 by default. */
  readonly maxPause?: Duration | undefined;
  /** How many failures one after the other are borne; Infinity by default. An end is no failure. */
  readonly maxFailures?: number | undefined;
}

const { hedge: _hedge, timeout: _timeout, ...OF_REQUEST } = REQUEST_NAMES;

const NAMES: Readonly<Record<Exclude<keyof EventsOptions, keyof RequestInit>, true>> = {
  ...OF_REQUEST,
  lastEventId: true,
  pause: true,
  maxPause: true,
  maxFailures: true,
};

type Send = (options: ClientRequestOptions) => Promise<Response>;

/** What passes by itself, on a server that is starting or overloaded. */
const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const LINE_LIMIT = 2 ** 24;

export async function* receiveEvents(
  send: Send,
  options: EventsOptions,
): AsyncGenerator<ReceivedEvent, void, undefined> {
  checkOptionNames(options, NAMES, 'events');
  const { lastEventId = '', pause = 3000, maxPause = 30_000, maxFailures = Infinity, ...init } = options;
  const state = { id: lastEventId, pause: toMilliseconds(pause, 'pause') };
  const longest = toMilliseconds(maxPause, 'maxPause');
  for (let failures = 0; ;) {
    let asked: number | undefined;
    try {
      const response = await send({ ...init, headers: eventHeaders(init.headers, state.id) });
      if (response.status === 204) return;
      if (PASSING.has(response.status) && failures < maxFailures) {
        failures++;
        asked = retryAfter(response.headers.get('retry-after'));
        await response.body?.cancel();
      } else {
        await checkEventStream(response);
        for await (const event of parseEvents(response, state)) {
          failures = 0;
          yield event;
        }
      }
    } catch (error) {
      const broken = error instanceof HttpConnectionError || error instanceof TimeoutError;
      if (!broken || ++failures > maxFailures) throw error;
    }
    const grown = state.pause * 2 ** Math.max(0, Math.min(failures - 1, 20));
    await sleep(Math.max(asked ?? 0, Math.min(grown, Math.max(longest, state.pause))));
  }
}

function eventHeaders(given: ClientRequestOptions['headers'], id: string): Headers {
  const headers = new Headers(given);
  if (!headers.has('accept')) headers.set('accept', 'text/event-stream');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  // As UTF-8, whose bytes a header takes one by one.
  if (id !== '') headers.set('last-event-id', Buffer.from(id).toString('latin1'));
  return headers;
}

async function checkEventStream(response: Response): Promise<void> {
  await checkStatus(response);
  const type = response.headers.get('content-type') ?? '';
  if (/^text\/event-stream\s*(;|$)/i.test(type)) return;
  await response.body?.cancel();
  throw new TypeError(
    `${response.url} is no stream of events: its content-type is ${JSON.stringify(type)}`,
  );
}

/** The events of one connection; `state` is kept up to date. */
export async function* parseEvents(
  source: Response | ReadableStream<Uint8Array>,
  state: { id: string; pause: number },
): AsyncGenerator<ReceivedEvent, void, undefined> {
  let [id, event] = [state.id, ''];
  let data: string[] = [];
  for await (const line of splitLines(source, /\r\n|\r|\n/, LINE_LIMIT)) {
    if (line === '') {
      state.id = id;
      if (data.length > 0) yield { id, event: event === '' ? 'message' : event, data: data.join('\n') };
      [event, data] = ['', []];
      continue;
    }
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (name === 'data') data.push(value);
    else if (name === 'event') event = value;
    else if (name === 'id' && !value.includes('\0')) id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) state.pause = Number(value);
  }
}
