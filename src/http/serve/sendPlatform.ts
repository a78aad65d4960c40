// Sending a Response by an exchange: whole where its body is there, else piece by piece at the pace of the client.
//
// 1. It runs in the request's task, and a cancel reaches the source of the body: its `cancel` is called, and waited for.
// 2. A body that ends with its first piece is sent whole, with its size.
// 3. What fails when the head was sent cuts the connection: a response that was not whole must not look so.

import { CancelScope, wrapFuture } from '../../asyncio.ts';
import type { Exchange, FlatFields } from '../engine/exchange.ts';

/** What a server has to say about the sending. */
export interface Sending {
  readonly trailers?: (() => FlatFields) | undefined;
  /** Told of a way to end a body that would go on for ever. */
  readonly onEndless?: ((end: () => void) => void) | undefined;
  /** The head is about to be sent. */
  readonly onHead?: (() => void) | undefined;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Piece = Awaited<ReturnType<Reader['read']>>;

export async function sendResponse(
  exchange: Exchange,
  response: Response,
  sending: Sending = {},
): Promise<void> {
  const { status, statusText, body } = response;
  const fields = [...response.headers].flat();
  if (body === null) {
    sending.onHead?.();
    exchange.send(status, statusText, fields, undefined);
    return;
  }
  const reader = body.getReader() as Reader;
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true)
    sending.onEndless?.(() => void reader.cancel().catch(() => {}));
  try {
    const first: Piece = await wrapFuture(reader.read());
    const second = first.done ? undefined : watch(reader.read());
    if (second !== undefined)
      for (let turn = 0; turn < 4 && second.settled === undefined; turn++) await Promise.resolve();
    sending.onHead?.();
    if (sending.trailers === undefined && (first.done || second?.settled?.done === true)) {
      exchange.send(status, statusText, fields, first.done ? undefined : bytesOf(first.value));
      return;
    }
    await stream(exchange, reader, first, second?.promise, response, fields);
    if (!exchange.over) exchange.end(sending.trailers?.());
  } catch (error) {
    await giveUp(reader, error);
    throw error;
  }
}

async function stream(
  exchange: Exchange,
  reader: Reader,
  first: Piece,
  second: Promise<Piece> | undefined,
  { status, statusText }: Response,
  fields: FlatFields,
): Promise<void> {
  if (!exchange.start(status, statusText, fields)) {
    await giveUp(reader, undefined);
    return;
  }
  let next = second;
  for (let piece = first; !piece.done;) {
    if (!exchange.write(bytesOf(piece.value))) await exchange.drained();
    if (exchange.over) {
      await giveUp(reader, new Error('the client has left'));
      return;
    }
    piece = await wrapFuture(next ?? reader.read());
    next = undefined;
  }
}

/** What was returned and is not to be sent. */
export async function dropResponse(response: unknown): Promise<void> {
  if (!(response instanceof Response) || response.bodyUsed || response.body === null) return;
  await response.body.cancel().catch(() => {});
}

async function giveUp(reader: Reader, reason: unknown): Promise<void> {
  const ended = wrapFuture(reader.cancel(reason).catch(() => {}));
  await new CancelScope({ shield: true }).run(() => ended);
}

function watch(promise: Promise<Piece>): { readonly promise: Promise<Piece>; settled: Piece | undefined } {
  const watched: { promise: Promise<Piece>; settled: Piece | undefined } = { promise, settled: undefined };
  promise.then(
    (piece) => (watched.settled = piece),
    () => {},
  );
  return watched;
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError('the body of a response gives bytes: an Uint8Array at a time');
}
