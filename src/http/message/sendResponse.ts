// Sends a Response by an exchange: at once where it is text or bytes, else as its stream gives it.
//
// 1. A stream that is there whole after one chunk is sent with its size, in one write: most streams of the platform's
//    own Response are.
// 2. The stream is read as fast as the client takes it, and cancelled when the task is, or the client has gone. A stream
//    that fails cuts the connection: the client must not take what it has for the whole.

import { interruptible } from '../../asyncio.ts';
import type { Exchange, FlatFields } from '../engine/exchange.ts';
import { LightResponse, NativeResponse } from './response.ts';

/** How many microtasks the end of a stream may take to come behind its first chunk, when it is there already. */
const TURNS = 4;
const nothing: Promise<void> = Promise.resolve();

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** Sends `response`. @returns a promise only where it takes time, to be awaited in the task of the exchange: a cancel
 * there ends the response.
 * @throws TypeError for what is no Response, or one whose body was read; what the stream of the body throws */
export function sendResponse(exchange: Exchange, response: Response): Promise<void> | undefined {
  if (typeof response !== 'object' || response === null) throw noResponse(response);
  const plain = LightResponse.plain(response);
  if (!('fields' in plain)) return sendNative(exchange, plain);
  exchange.send(plain.status, plain.statusText, plain.fields, plain.body);
  return undefined;
}

function noResponse(value: unknown): TypeError {
  return new TypeError(`a handler returns a Response, not ${value === null ? 'null' : typeof value}`);
}

function sendNative(exchange: Exchange, response: Response): Promise<void> | undefined {
  if (!(response instanceof NativeResponse)) throw noResponse(response);
  if (response.bodyUsed || response.body?.locked === true)
    throw new TypeError('the body of the response was read already');
  const { status, statusText, body } = response;
  if (status === 0) throw new TypeError('an error response can not be sent');
  const fields: string[] = [];
  for (const [name, value] of response.headers) fields.push(name, value);
  if (body === null) {
    exchange.send(status, statusText, fields, undefined);
    return undefined;
  }
  return sendStream(exchange, status, statusText, fields, body as ReadableStream<Uint8Array>);
}

/** Sends a response whose body is a stream of bytes. */
export async function sendStream(
  exchange: Exchange,
  status: number,
  statusText: string,
  fields: FlatFields,
  body: ReadableStream<Uint8Array>,
  trailers?: () => FlatFields,
): Promise<void> {
  const reader = body.getReader() as Reader;
  let finished = false;
  try {
    const first = await interruptible(reader.read());
    if (first.done) {
      finished = true;
      if (trailers === undefined) return exchange.send(status, statusText, fields, '');
      if (exchange.start(status, statusText, fields)) exchange.end(trailers());
      return;
    }
    let next: ReadResult | undefined;
    const second = reader.read();
    void second.then(
      (result) => (next = result),
      () => {},
    );
    for (let turn = 0; turn < TURNS && next === undefined; turn++) await nothing;
    if (next?.done === true && trailers === undefined) {
      finished = true;
      return exchange.send(status, statusText, fields, first.value);
    }
    if (!exchange.start(status, statusText, fields)) return;
    finished = await pump(exchange, reader, first.value, second);
    exchange.end(trailers?.());
  } finally {
    if (!finished) {
      void reader.cancel().catch(() => {});
      if (exchange.responded) exchange.abort();
    } else reader.releaseLock();
  }
}

type ReadResult = Awaited<ReturnType<Reader['read']>>;

// True at the end of the stream, false when nobody wants the rest.
async function pump(
  exchange: Exchange,
  reader: Reader,
  first: Uint8Array,
  second: Promise<ReadResult>,
): Promise<boolean> {
  let chunk = first;
  let next = second;
  for (;;) {
    if (!exchange.write(chunk)) await exchange.drained();
    if (exchange.over) return false;
    const { done, value } = await interruptible(next);
    if (done) return true;
    chunk = value;
    next = reader.read();
  }
}
