// eventStream: server-sent events, as the HTML standard has them, out of an async iterable.
//
// 1. The iterable is asked for the next event when the last one was taken; it ends, by `return`, with the response: when the
//    client leaves, or the server shuts down.
// 2. While it has nothing to say a comment goes out now and then: what stands between keeps the connection open, and a client
//    that has gone without a word is noticed.
// 3. Nothing that is sent can begin a field of its own: line ends of every kind begin another line of data, and names and ids
//    have none.

import { CancelScope, InvalidArgumentError, moveOnAfter, wrapFuture } from '../../asyncio.ts';
import type { Duration } from '../../asyncio.ts';
import { checkOptionNames, toMilliseconds } from '../../lowlevel.ts';
import type { HeaderFields } from '../serve/httpError.ts';

/** One event; see {@link eventStream}.
 * @example
 * ```ts
 * import type { ServerSentEvent } from 'asyncio-ts/http';
 * const event: ServerSentEvent = { id: '7', event: 'price', data: { tea: 3 } };
 * console.log(event.data); // -> { tea: 3 }
 * ```
 */
export interface ServerSentEvent {
  /** Text as it is, all else as JSON. */
  readonly data?: unknown;
  /** Which listeners it is for; `message` by default. */
  readonly event?: string | undefined;
  /** What a client that connects again has seen last: {@link EventStreamOptions.request}. */
  readonly id?: string | undefined;
  /** How long a client waits before it connects again, in milliseconds. */
  readonly retry?: number | undefined;
  /** Nobody's: for who reads along. */
  readonly comment?: string | undefined;
}

/** Where events come from; a function is given the id of the event that the client has seen last, '' for none. */
export type EventSource<E = ServerSentEvent | string> =
  | AsyncIterable<E>
  | ((lastEventId: string) => AsyncIterable<E>);

/** Options of {@link eventStream}.
 * @example
 * ```ts
 * import type { EventStreamOptions } from 'asyncio-ts/http';
 * const options: EventStreamOptions = { keepAlive: 5000, retry: 1000 };
 * console.log(options.retry); // -> 1000
 * ```
 */
export interface EventStreamOptions {
  /** The request, for the id of the last event. */
  request?: Request | undefined;
  /** A comment after so many silent milliseconds; 15,000 by default, Infinity for none. */
  keepAlive?: Duration | undefined;
  /** How long clients wait before they connect again, in milliseconds; 3,000 in most browsers. */
  retry?: number | undefined;
  headers?: HeaderFields | undefined;
}

const NAMES: Readonly<Record<keyof EventStreamOptions, true>> = {
  request: true,
  keepAlive: true,
  retry: true,
  headers: true,
};

/** A response of server-sent events. Text is an event's data; an object says more.
 * @throws InvalidArgumentError for what is no async iterable; in the stream, for names and ids with line ends
 * @example
 * ```ts
 * import { run, sleep } from 'asyncio-ts';
 * import { eventStream, serve } from 'asyncio-ts/http';
 * async function* count(from: number) {
 *   for (let id = from; id < 3; id++) {
 *     yield { id: String(id), data: { id } };
 *     await sleep(1);
 *   }
 * }
 * await run(async () => {
 *   await using server = await serve(
 *     (request) => eventStream((last) => count(Number(last) + 1), { request }),
 *     { host: '127.0.0.1' },
 *   );
 *   const response = await fetch(server.url, { headers: { 'last-event-id': '1' } });
 *   console.log(JSON.stringify(await response.text())); // -> "id: 2\ndata: {\"id\":2}\n\n"
 * });
 * ```
 */
export function eventStream(source: EventSource, options: EventStreamOptions = {}): Response {
  checkOptionNames(options, NAMES, 'eventStream');
  const { request, keepAlive = 15_000, retry } = options;
  const events =
    typeof source === 'function' ? source(request?.headers.get('last-event-id') ?? '') : source;
  if (typeof (events as AsyncIterable<unknown> | undefined)?.[Symbol.asyncIterator] !== 'function')
    throw new InvalidArgumentError(
      'source',
      'eventStream needs an async iterable of events, or a function that returns one',
    );
  const silence = keepAlive === Infinity ? Infinity : toMilliseconds(keepAlive, 'keepAlive');
  const headers = new Headers(options.headers);
  headers.set('content-type', 'text/event-stream; charset=utf-8');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  // nginx would collect them.
  if (!headers.has('x-accel-buffering')) headers.set('x-accel-buffering', 'no');
  const begin = retry === undefined ? '' : formatEvent({ retry });
  return new Response(new ReadableStream(new EventBody(events, silence, begin), { highWaterMark: 0 }), {
    headers,
  });
}

const encoder = new TextEncoder();

class EventBody {
  readonly #events: AsyncIterator<ServerSentEvent | string>;
  readonly #silence: number;
  #begin: string;
  #next: Promise<IteratorResult<ServerSentEvent | string>> | undefined;

  constructor(events: AsyncIterable<ServerSentEvent | string>, silence: number, begin: string) {
    this.#events = events[Symbol.asyncIterator]();
    this.#silence = silence;
    this.#begin = begin;
  }

  async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#begin !== '') {
      controller.enqueue(encoder.encode(this.#begin));
      this.#begin = '';
      return;
    }
    // Its waits are those of the request's task, not of the time limit.
    this.#next ??= this.#events.next();
    const result = await this.#wait(this.#next);
    if (result === undefined) {
      controller.enqueue(encoder.encode(':\n\n'));
      return;
    }
    this.#next = undefined;
    if (result.done === true) controller.close();
    else controller.enqueue(encoder.encode(formatEvent(result.value)));
  }

  async cancel(): Promise<void> {
    await this.#events.return?.();
  }

  // A stream that fails is not told of its end: the source would be left in the middle of its own.
  async #wait(
    next: Promise<IteratorResult<ServerSentEvent | string>>,
  ): Promise<IteratorResult<ServerSentEvent | string> | undefined> {
    try {
      if (this.#silence === Infinity) return await wrapFuture(next);
      return await moveOnAfter(this.#silence, () => wrapFuture(next));
    } catch (error) {
      const ended = wrapFuture(Promise.allSettled([this.#events.return?.()]));
      await new CancelScope({ shield: true }).run(() => ended);
      throw error;
    }
  }
}

/** @throws InvalidArgumentError */
export function formatEvent(given: ServerSentEvent | string): string {
  if (typeof given !== 'string' && (typeof given !== 'object' || given === null))
    throw new InvalidArgumentError('event', `an event is text or an object, not ${String(given)}`);
  const { data, event, id, retry, comment } =
    typeof given === 'string' ? ({ data: given } as ServerSentEvent) : given;
  let text = '';
  if (comment !== undefined) text += linesOf('', comment);
  if (event !== undefined) text += field('event', event);
  if (id !== undefined) text += field('id', id);
  if (retry !== undefined) {
    if (!Number.isInteger(retry) || retry < 0)
      throw new InvalidArgumentError('retry', `retry is a whole number of milliseconds, not ${retry}`);
    text += `retry: ${retry}\n`;
  }
  if (data !== undefined) text += linesOf('data', textOf(data));
  return `${text}\n`;
}

function textOf(data: unknown): string {
  const text = typeof data === 'string' ? data : (JSON.stringify(data) as string | undefined);
  if (text !== undefined) return text;
  throw new InvalidArgumentError('data', `the data of an event is text or JSON, not a ${typeof data}`);
}

function linesOf(name: string, text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `${name}: ${line}\n`)
    .join('');
}

function field(name: 'event' | 'id', value: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\r\n\0]/.test(value))
    throw new InvalidArgumentError(
      name,
      `the ${name} of an event has no line ends and no NUL: ${JSON.stringify(value)}`,
    );
  return `${name}: ${value}\n`;
}
