// A WebSocket: messages in and out, at the pace of whoever takes them.
//
// 1. A message that came stays until it is received: a cancelled `receive` loses none. When `maxQueue` wait, reading rests.
// 2. `send` hands its message on in the order of the calls and waits while much is unsent; a cancel ends the wait only. Once
//    either side has begun to close, nothing is sent any more, and it throws how the connection was closed.
// 3. It is closed once, and says how. After a closing handshake what came before it can still be received; a connection that
//    was lost, or failed, has nothing to say.
// 4. It is a resource of its loop.

import { Buffer } from 'node:buffer';
import { CancelScope, Future, InvalidArgumentError, UsageError } from '../../asyncio.ts';
import type { EventLoop, Handle } from '../../asyncio.ts';
import { addResource } from '../../lowlevel.ts';
import { Heartbeat } from './heartbeat.ts';
import type { WsSocket } from './loadWs.ts';
import { codeOfFault, WebSocketClosedError } from './webSocketErrors.ts';
import type { WebSocketLimits } from './webSocketOptions.ts';

/** How much may be unsent before `send` waits, in bytes. */
const HIGH_WATER = 65_536;

/** What an end that is as it should be says: done, going away, no code. */
const ORDERLY: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** The driver's values of `readyState`. */
const OPEN = 1;

/** A WebSocket; see {@link upgradeWebSocket} and {@link connectWebSocket}. Iterating gives its messages, text as strings and
 * the rest as Buffers, until it is closed in good order; one that was lost throws {@link WebSocketClosedError}.
 *
 * `await using` closes it.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connectWebSocket, serve, upgradeWebSocket } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve(async (request) => {
 *     const socket = await upgradeWebSocket(request);
 *     for await (const message of socket) await socket.send(`you said ${message}`);
 *     return socket.response;
 *   }, { host: '127.0.0.1' });
 *   await using socket = await connectWebSocket(`ws://127.0.0.1:${server.port}`);
 *   await socket.send('hello');
 *   console.log(await socket.receive()); // -> you said hello
 * });
 * ```
 */
export class WebSocketConnection implements AsyncIterable<string | Buffer>, AsyncDisposable {
  readonly #ws: WsSocket;
  readonly #loop: EventLoop;
  readonly #limits: WebSocketLimits;
  readonly #heartbeat: Heartbeat;
  readonly #queue: (string | Buffer)[] = [];
  readonly #release: () => void;
  readonly #whenLost: () => void;
  readonly #waiters: Set<Future<void>> = new Set();
  #receiving: boolean = false;
  #pings: number = 0;
  #resting: boolean = false;
  #closing: boolean = false;
  #closed: WebSocketClosedError | undefined;
  #fault: Error | undefined;
  #cut: Handle | undefined;

  /** @internal */
  constructor(ws: WsSocket, loop: EventLoop, limits: WebSocketLimits, title: string, whenLost: () => void) {
    this.#ws = ws;
    this.#loop = loop;
    this.#limits = limits;
    this.#whenLost = whenLost;
    ws.binaryType = 'nodebuffer';
    this.#heartbeat = new Heartbeat(loop, limits, {
      isResting: () => this.#resting,
      sendPing: () => ws.ping(),
      lost: () => this.#lose(new Error('it did not reply to a ping in time')),
    });
    this.#release = addResource(loop, {
      description: `WebSocket ${title}`,
      close: () => ws.terminate(),
      isClosing: () => this.#closing,
    });
    ws.on('message', (data, isBinary) => this.#came(data as Buffer, isBinary));
    ws.on('ping', this.#heartbeat.heard);
    ws.on('pong', this.#heartbeat.heard);
    ws.on('error', (error) => (this.#fault ??= error));
    ws.on('close', (code, reason) => this.#ended(code, String(reason)));
  }

  /** The subprotocol that both sides agreed on; '' for none. */
  get protocol(): string {
    return this.#ws.protocol;
  }

  /** Messages that have come and were not received. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** How it was closed; undefined while it is open. */
  get closed(): { readonly code: number; readonly reason: string } | undefined {
    return this.#closed && { code: this.#closed.closeCode, reason: this.#closed.reason };
  }

  /** For a handler to return: the connection has left HTTP, and nothing is sent. */
  get response(): Response {
    return new Response(null);
  }

  /** The next message: text as a string, the rest as a Buffer. A cancel loses none.
   * @throws WebSocketClosedError when it is closed and none is left; UsageError when somebody receives already */
  async receive(): Promise<string | Buffer> {
    if (this.#receiving) throw new UsageError('somebody receives from this WebSocket already');
    this.#receiving = true;
    try {
      while (this.#queue.length === 0) {
        if (this.#closed !== undefined) throw this.#closed;
        await this.#change();
      }
    } finally {
      this.#receiving = false;
    }
    const message = this.#queue.shift() as string | Buffer;
    if (this.#resting && this.#queue.length <= this.#limits.maxQueue / 2) this.#resume();
    return message;
  }

  /** Sends text or bytes, and waits while more than 64 KiB are unsent. A message whose `send` was cancelled is sent.
   * @throws WebSocketClosedError when it is closed, or either side has begun to: with the code and reason of the other side
   * where that was first. What it sent before can still be received
   * @throws InvalidArgumentError for what is neither text nor bytes */
  async send(message: string | Uint8Array | ArrayBuffer): Promise<void> {
    const data = messageOf(message);
    if (!this.#isOpen()) throw await this.#howClosed();
    let [sent, failed] = [false, false];
    this.#ws.send(data, (error) => {
      sent = true;
      failed = error instanceof Error;
      this.#tell();
    });
    while (!sent && this.#closed === undefined && this.#ws.bufferedAmount > HIGH_WATER)
      await this.#change();
    if (failed || (!sent && this.#closed !== undefined)) throw await this.#howClosed();
  }

  /** Asks whether the other side is there. @returns how long the reply took, in milliseconds
   * @throws WebSocketClosedError */
  async ping(): Promise<number> {
    if (!this.#isOpen()) throw await this.#howClosed();
    const begun = this.#loop.time();
    // Its own, so that no reply to another ping, and none that nobody asked for, is taken for this one's.
    const asked = `${++this.#pings}`;
    let replied = false;
    const pong = (data: Buffer): void => {
      if (String(data) !== asked) return;
      replied = true;
      this.#tell();
    };
    this.#ws.on('pong', pong);
    try {
      this.#ws.ping(asked);
      while (!replied) {
        if (this.#closed !== undefined) throw this.#closed;
        await this.#change();
      }
    } finally {
      this.#ws.off('pong', pong);
    }
    return this.#loop.time() - begun;
  }

  /** The closing handshake: says `code` and `reason`, and waits until the other side has replied, or `closeTimeout`. What comes
   * meanwhile is dropped. A cancel cuts the connection. Harmless when it is closed.
   * @param code 1000 by default; what a program may say: 1000, 1001, 1003, 1007 to 1014, 3000 to 4999
   * @throws InvalidArgumentError for other codes, and a reason of more than 123 bytes */
  async close(code: number = 1000, reason: string = ''): Promise<void> {
    this.beginClose(code, reason);
    try {
      while (this.#closed === undefined) await this.#change();
    } catch (error) {
      this.cut();
      throw error;
    }
  }

  /** Cuts the connection, with what is unsent. */
  cut(): void {
    this.#ws.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<string | Buffer> {
    return {
      next: async () => {
        try {
          return { done: false, value: await this.receive() };
        } catch (error) {
          if (!(error instanceof WebSocketClosedError) || !ORDERLY.has(error.closeCode)) throw error;
          return { done: true, value: undefined };
        }
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Begins the closing handshake. @internal */
  beginClose(code: number, reason: string): void {
    checkClose(code, reason);
    if (this.#closing) return;
    this.#closing = true;
    this.#ws.close(code, reason);
    this.#queue.length = 0;
    this.#resume();
    this.#cut = this.#loop.callLater(this.#limits.closeTimeout, () => this.cut());
  }

  /** Whatever it is waiting for, it is closed when this is over. @internal */
  async finish(code: number): Promise<void> {
    if (this.#closed !== undefined) return;
    await new CancelScope({ shield: true }).run(() => this.close(code));
  }

  #came(data: Buffer, isBinary: boolean): void {
    this.#heartbeat.heard();
    if (this.#closing) return;
    this.#queue.push(isBinary ? data : data.toString());
    if (this.#queue.length >= this.#limits.maxQueue && !this.#resting) {
      this.#resting = true;
      (this.#ws as Partial<WsSocket>).pause?.();
    }
    this.#tell();
  }

  #resume(): void {
    if (!this.#resting) return;
    this.#resting = false;
    (this.#ws as Partial<WsSocket>).resume?.();
  }

  #lose(fault: Error): void {
    this.#fault ??= fault;
    this.cut();
  }

  #ended(code: number, reason: string): void {
    if (this.#closed !== undefined) return;
    const lost = code === 1006 && !this.#closing;
    const fault: (Error & { code?: unknown }) | undefined = this.#fault;
    const known = code === 1006 && fault !== undefined ? codeOfFault(fault.code) : code;
    this.#closing = true;
    this.#closed = new WebSocketClosedError(
      known,
      reason || (code === 1006 ? (fault?.message ?? '') : ''),
      {
        cause: fault,
      },
    );
    this.#heartbeat.stop();
    this.#cut?.cancel();
    this.#release();
    this.#tell();
    if (lost) this.#whenLost();
  }

  #isOpen(): boolean {
    return this.#closed === undefined && !this.#closing && this.#ws.readyState === OPEN;
  }

  // Where the other side has begun, its code is known when the handshake is over.
  async #howClosed(): Promise<WebSocketClosedError> {
    if (this.#closed !== undefined) return this.#closed;
    if (this.#closing) return new WebSocketClosedError(1000, 'the closing handshake has begun');
    this.#cut ??= this.#loop.callLater(this.#limits.closeTimeout, () => this.cut());
    while (this.#closed === undefined) await this.#change();
    return this.#closed;
  }

  /** Something changed: whoever waits looks again. */
  #tell(): void {
    for (const waiter of this.#waiters) if (!waiter.done()) waiter.setResult();
    this.#waiters.clear();
  }

  async #change(): Promise<void> {
    const waiter = new Future<void>({ loop: this.#loop });
    this.#waiters.add(waiter);
    try {
      await waiter;
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<WebSocketConnection ${this.#isOpen() ? 'open' : 'closed'} waiting=${this.waiting}>`;
  }
}

/** A copy: the caller may change its bytes at once. */
function messageOf(message: unknown): string | Buffer {
  if (typeof message === 'string') return message;
  if (ArrayBuffer.isView(message)) {
    const { buffer, byteOffset, byteLength } = message;
    return Buffer.from(new Uint8Array(buffer, byteOffset, byteLength));
  }
  if (message instanceof ArrayBuffer) return Buffer.from(message.slice(0));
  throw new InvalidArgumentError(
    'message',
    'a message is a string or bytes; make others a string by JSON.stringify',
  );
}

function checkClose(code: number, reason: string): void {
  const may =
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
  if (!Number.isInteger(code) || !may)
    throw new InvalidArgumentError('code', `a WebSocket is not closed with ${String(code)}`);
  if (Buffer.byteLength(reason) > 123)
    throw new InvalidArgumentError('reason', 'the reason of a close has 123 bytes at most');
}
