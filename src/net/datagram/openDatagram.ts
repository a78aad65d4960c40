// openDatagram and its endpoint: datagrams by `await`, with a bounded inbox and back-pressure for what is
// sent. It stands on createDatagramEndpoint, so it is the same on both backends.
//
// 1. What comes is taken from the system at once and waits in the inbox. A full inbox drops the oldest (or
//    the newest, on request) and counts: a receiver that is too slow loses datagrams, as UDP has it, and the
//    process does not grow.
// 2. An error of the system belongs to the send that met it, or else to the next `receive`.

import { showAsText } from '../../base/show.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { offDone, onDone } from '../../core/future/doneCallback.ts';
import { Future } from '../../core/future/future.ts';
import type { Loop } from '../../loop/loop.ts';
import { runningLoop } from '../../loop/running.ts';
import { DatagramProtocol } from '../../transport/protocol.ts';
import { showEnds } from '../../transport/showAddress.ts';
import type { DatagramTransport, SocketAddress } from '../../transport/transport.ts';
import { thrownTo } from '../address/networkFailure.ts';
import { createDatagramEndpoint } from './createDatagramEndpoint.ts';
import type { DatagramEndpointOptions } from './createDatagramEndpoint.ts';
import { EndpointClosedError } from './endpointClosedError.ts';
import { Inbox } from './inbox.ts';
import type { Datagram, WhenFull } from './inbox.ts';

/** What {@link openDatagram} takes. */
export interface OpenDatagramOptions extends DatagramEndpointOptions {
  /** How many datagrams wait to be received at most; 1,000 by default. */
  queueSize?: number | undefined;
  /** What is lost when more come: `'dropOldest'` (the default) keeps what is fresh, `'dropNewest'` what came
   * first. */
  whenFull?: WhenFull | undefined;
}

/** What an endpoint has done so far. */
export interface DatagramStatistics {
  readonly sent: number;
  readonly received: number;
  /** Datagrams that came and were dropped because the inbox was full. What the system itself dropped, it does
   * not tell. */
  readonly dropped: number;
  readonly errors: number;
  /** Datagrams that wait to be received. */
  readonly queued: number;
  /** Bytes that wait to be sent. */
  readonly unsent: number;
}

class EndpointProtocol extends DatagramProtocol {
  readonly inbox: Inbox;
  readonly closed: Future<void>;
  received: number = 0;
  errors: number = 0;
  /** Errors of the send that is under way go here. */
  failure: { error: unknown } | undefined = undefined;
  sending: boolean = false;
  room: Future<void> | undefined = undefined;
  paused: boolean = false;
  readonly #loop: Loop;

  constructor(loop: Loop, inbox: Inbox) {
    super();
    this.#loop = loop;
    this.inbox = inbox;
    this.closed = new Future<void>({ loop });
  }

  override datagramReceived(data: Buffer, address: SocketAddress): void {
    this.received++;
    this.inbox.add(data, address);
  }

  override errorReceived(error: unknown): void {
    this.errors++;
    if (this.sending) this.failure = { error };
    else this.inbox.fail(error);
  }

  override pauseWriting(): void {
    this.paused = true;
  }

  override resumeWriting(): void {
    this.paused = false;
    this.room?.setResult();
    this.room = undefined;
  }

  override connectionLost(error: unknown): void {
    this.close(error);
    this.resumeWriting();
    if (!this.closed.done()) this.closed.setResult();
  }

  close(error: unknown): void {
    const options = error === undefined ? undefined : { cause: error };
    this.inbox.end(() => new EndpointClosedError(undefined, options));
  }

  /** Waits until the buffer is at its low mark again. Several may wait: a cancel reaches one alone. */
  async drained(): Promise<void> {
    while (this.paused) {
      const room = (this.room ??= new Future<void>({ loop: this.#loop }));
      const mine = new Future<void>({ loop: this.#loop });
      const entry = onDone(room, () => void (mine.done() || mine.setResult()));
      try {
        await mine;
      } finally {
        offDone(room, entry);
      }
    }
  }
}

/** A socket for datagrams, by `await`. Made by {@link openDatagram}. Several tasks may send and receive.
 * @example
 * ```ts
 * import { run, openDatagram } from 'asyncio-ts';
 * await run(async () => {
 *   await using endpoint = await openDatagram({ localAddr: ['127.0.0.1', 0] });
 *   await endpoint.send(Buffer.from('to myself'), endpoint.sockname);
 *   for await (const { data } of endpoint) {
 *     console.log(String(data), endpoint.statistics().received); // -> to myself 1
 *     endpoint.close();
 *   }
 * });
 * ```
 */
export class DatagramEndpoint implements AsyncDisposable, AsyncIterable<Datagram> {
  /** For everything else that a socket can do. */
  readonly transport: DatagramTransport;
  readonly #protocol: EndpointProtocol;
  #sent: number = 0;

  /** @internal */
  constructor(transport: DatagramTransport, protocol: EndpointProtocol) {
    this.transport = transport;
    this.#protocol = protocol;
  }

  /** Sends one datagram to `address`, or to the remote address of the endpoint, and waits while more than the
   * high-water mark waits to be sent. A cancel ends that wait; the datagram is sent all the same.
   * @throws InvalidArgumentError for no bytes or a wrong address; OSError (`EMSGSIZE`, `ECONNREFUSED` from an
   * earlier one, …); EndpointClosedError */
  async send(data: Uint8Array, address?: SocketAddress): Promise<void> {
    if (this.transport.isClosing()) throw new EndpointClosedError();
    const protocol = this.#protocol;
    protocol.sending = true;
    try {
      this.transport.sendto(data, address);
    } finally {
      protocol.sending = false;
    }
    const { failure } = protocol;
    protocol.failure = undefined;
    if (failure !== undefined) throw failure.error;
    this.#sent++;
    if (protocol.paused) await protocol.drained();
  }

  /** The next datagram. Those who wait are served in their order; one that is cancelled has taken nothing.
   * @throws OSError what the system reports, as `ECONNREFUSED` when nobody listens at the remote address: the
   * endpoint goes on; EndpointClosedError once it is closed and everything was received */
  receive(): Promise<Datagram> {
    return this.#protocol.inbox.take();
  }

  /** The next datagram if one is there, without waiting. @throws OSError as {@link receive} */
  receiveNow(): Datagram | undefined {
    return this.#protocol.inbox.takeNow();
  }

  /** `for await`: every datagram until the endpoint is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Datagram, void, undefined> {
    for (;;) {
      let datagram: Datagram;
      try {
        datagram = await this.receive();
      } catch (error) {
        if (error instanceof EndpointClosedError) return;
        throw error;
      }
      yield datagram;
    }
  }

  /** Where it receives. */
  get sockname(): SocketAddress | undefined {
    return this.transport.getExtraInfo<SocketAddress>('sockname');
  }

  /** Whom it is connected to; undefined where it is not. */
  get peername(): SocketAddress | undefined {
    return this.transport.getExtraInfo<SocketAddress>('peername');
  }

  statistics(): DatagramStatistics {
    const { received, errors, inbox } = this.#protocol;
    return Object.freeze({
      sent: this.#sent,
      received,
      dropped: inbox.dropped,
      errors,
      queued: inbox.length,
      unsent: this.transport.getWriteBufferSize(),
    });
  }

  /** Receives nothing more, sends what waits, and closes. What came before can still be received. */
  close(): void {
    this.transport.close();
    this.#protocol.close(undefined);
  }

  /** Closes at once; what waits to be sent is thrown away. */
  abort(): void {
    this.transport.abort();
    this.#protocol.close(undefined);
  }

  /** Waits until it is closed; call {@link close} before. */
  async waitClosed(): Promise<void> {
    const done = new Future<void>({ loop: this.#protocol.closed.getLoop() });
    const entry = onDone(this.#protocol.closed, () => void (done.done() || done.setResult()));
    try {
      await done;
    } finally {
      offDone(this.#protocol.closed, entry);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.transport.isClosing() ? 'closed' : 'open';
    return `<DatagramEndpoint${showEnds(this.sockname, this.peername)} ${state} queued=${this.#protocol.inbox.length}>`;
  }
}

showAsText(DatagramEndpoint);

/** Opens a socket for datagrams: UDP over IPv4 or IPv6, or Unix. Options as for
 * {@link EventLoop.createDatagramEndpoint}; with none it is an IPv4 socket that can send.
 * @throws InvalidArgumentError; AddressInUseError and other OSErrors
 * @example
 * ```ts
 * import { run, openDatagram } from 'asyncio-ts';
 * await run(async () => {
 *   await using server = await openDatagram({ localAddr: ['127.0.0.1', 0] });
 *   await using client = await openDatagram({ remoteAddr: server.sockname as [string, number] });
 *   await client.send(Buffer.from('ping'));
 *   const { data, address } = await server.receive();
 *   await server.send(Buffer.from(`${data} pong`), address);
 *   console.log(String((await client.receive()).data)); // -> ping pong
 * });
 * ```
 */
export async function openDatagram(options: OpenDatagramOptions = {}): Promise<DatagramEndpoint> {
  const { queueSize = 1000, whenFull = 'dropOldest', ...rest } = options;
  if (!Number.isInteger(queueSize) || queueSize < 1) {
    throw new InvalidArgumentError(
      'queueSize',
      `queueSize must be a whole number above 0, not ${queueSize}`,
    );
  }
  if (whenFull !== 'dropOldest' && whenFull !== 'dropNewest') {
    throw new InvalidArgumentError('whenFull', `whenFull must be 'dropOldest' or 'dropNewest'`);
  }
  const loop = runningLoop('openDatagram');
  const named = Boolean(rest.localAddr) || Boolean(rest.remoteAddr) || Boolean(rest.sock);
  const endpoint = named || Boolean(rest.family) ? rest : { ...rest, family: 4 as const };
  const make = (): EndpointProtocol => new EndpointProtocol(loop, new Inbox(loop, queueSize, whenFull));
  try {
    const [transport, protocol] = await createDatagramEndpoint(loop, make, endpoint);
    return new DatagramEndpoint(transport, protocol);
  } catch (error) {
    throw thrownTo(error, openDatagram);
  }
}
