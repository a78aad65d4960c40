// Sending a Response whose body is a stream: piece by piece at the pace of the client.
//
// 1. It runs in the request's task, and a cancel reaches the source of the body: its waits are those of the task, its
//    `cancel` is called, and waited for.
// 2. A body that ends with its first piece is sent whole, with its size. The head waits for the first piece, but no longer
//    than a turn of the loop; that of an event stream goes at once.
// 3. What fails when the head was sent cuts the connection: a response that was not whole must not look so.
// 4. An event stream would go on for ever: the server may end it, in good order.

import { CancelScope, isCancelled, sleep, wrapFuture } from '../../asyncio.ts';
import type { Exchange, FlatFields } from '../engine/exchange.ts';

/** What a server has to say about the sending. */
export interface Sending {
  readonly trailers: (() => FlatFields) | undefined;
  /** Whether a cancel that has come is to end a body that would go on for ever; it is taken back then. */
  readonly endsEarly: () => boolean;
  /** The head is about to be sent; `endless` of an event stream. */
  readonly onHead: (endless: boolean) => void;
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Piece = Awaited<ReturnType<Reader['read']>>;

/** How many microtasks the end of a body may take to come behind its first piece, when it is there already. */
const TURNS = 4;

export async function sendResponse(
  exchange: Exchange,
  response: Response,
  sending: Sending,
): Promise<void> {
  const { status, statusText, headers, body } = response;
  const fields = [...headers].flat();
  if (body === null) {
    sending.onHead(false);
    exchange.send(status, statusText, fields, undefined);
    return;
  }
  const reader = body.getReader() as Reader;
  const bodySending = new BodySending(exchange, reader, sending);
  const endless = headers.get('content-type')?.startsWith('text/event-stream') === true;
  try {
    if (endless) await bodySending.runAtOnce(status, statusText, fields);
    else await bodySending.run(status, statusText, fields);
  } catch (error) {
    await giveUp(reader, error);
    if (!endless || !isCancelled(error) || !sending.endsEarly()) throw error;
    exchange.end();
  }
}

class BodySending {
  readonly #exchange: Exchange;
  readonly #reader: Reader;
  readonly #sending: Sending;

  constructor(exchange: Exchange, reader: Reader, sending: Sending) {
    this.#exchange = exchange;
    this.#reader = reader;
    this.#sending = sending;
  }

  async run(status: number, statusText: string, fields: FlatFields): Promise<void> {
    const first = watch(this.#reader.read());
    for (let turn = 0; turn < TURNS && first.settled === undefined; turn++) await Promise.resolve();
    if (first.settled === undefined) await sleep(0);
    if (first.failed) await first.promise;
    this.#sending.onHead(false);
    const piece = first.settled;
    if (piece === undefined || piece.done) {
      if (piece === undefined || this.#sending.trailers !== undefined)
        await this.#stream(status, statusText, fields, first.promise);
      else this.#whole(status, statusText, fields, undefined);
      return;
    }
    const second = watch(this.#reader.read());
    for (let turn = 0; turn < TURNS && second.settled === undefined; turn++) await Promise.resolve();
    if (second.settled?.done === true && this.#sending.trailers === undefined)
      this.#whole(status, statusText, fields, piece.value);
    else await this.#stream(status, statusText, fields, first.promise, second.promise);
  }

  async runAtOnce(status: number, statusText: string, fields: FlatFields): Promise<void> {
    this.#sending.onHead(true);
    await this.#stream(status, statusText, fields, this.#reader.read());
  }

  #whole(status: number, statusText: string, fields: FlatFields, bytes: unknown): void {
    this.#exchange.send(status, statusText, fields, bytes === undefined ? undefined : bytesOf(bytes));
  }

  async #stream(
    status: number,
    statusText: string,
    fields: FlatFields,
    ...begun: Promise<Piece>[]
  ): Promise<void> {
    const exchange = this.#exchange;
    if (!exchange.start(status, statusText, fields)) {
      await giveUp(this.#reader, undefined);
      return;
    }
    for (;;) {
      const { done, value } = await wrapFuture(begun.shift() ?? this.#reader.read());
      if (done) break;
      if (!exchange.write(bytesOf(value))) await exchange.drained();
      if (!exchange.over) continue;
      await giveUp(this.#reader, new Error('the client has left'));
      return;
    }
    exchange.end(this.#sending.trailers?.());
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

interface Watched {
  readonly promise: Promise<Piece>;
  settled: Piece | undefined;
  failed: boolean;
}

function watch(promise: Promise<Piece>): Watched {
  const watched: Watched = { promise, settled: undefined, failed: false };
  promise.then(
    (piece) => (watched.settled = piece),
    () => (watched.failed = true),
  );
  return watched;
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError('the body of a response gives bytes: an Uint8Array at a time');
}
