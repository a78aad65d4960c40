// StreamWriter: the writing side of a stream. It writes through to its transport and waits on its protocol.

import { atCallerIfFound } from '../base/callerIfFound.ts';
import { InvalidArgumentError } from '../base/errors.ts';
import { showAsText } from '../base/show.ts';
import { isOSError } from '../base/osError.ts';
import { isPlaceless } from '../core/future/madeInEvent.ts';
import { sleep } from '../core/future/sleep.ts';
import type { Loop } from '../loop/loop.ts';
import { runningLoop } from '../loop/running.ts';
import type { ExtraInfo } from '../transport/extraInfo.ts';
import { showEnds } from '../transport/showAddress.ts';
import type { ClientTlsContext, ServerTlsContext, StartTlsOptions } from '../transport/tls.ts';
import type { TlsCarrier } from '../transport/tlsCarrier.ts';
import type { Parting } from '../transport/contract.ts';
import type { Transport, WriteTransport } from '../transport/transport.ts';
import type { FlowControlProtocol } from './flowControlProtocol.ts';
import type { StreamReader } from './streamReader.ts';
import { trackWriter } from './unclosedWriters.ts';

/** A protocol that can go on over another transport, and knows whose side it is on. */
interface Upgradable {
  /** @internal */ readonly _serverSide?: boolean;
  /** @internal */ _replaceTransport?(transport: Transport): void;
}

/** The writing side of a stream; {@link openConnection} and {@link startServer} make it.
 *
 * `write` never waits: follow it by `await writer.drain()`, which waits while the peer is slow. `await using`
 * closes it and waits until all is sent. Semantics: asyncio.StreamWriter.
 * @example
 * ```ts
 * import { run, openConnection, startServer } from 'asyncio-ts';
 * await run(async () => {
 *   await using server = await startServer(async (reader, writer) => {
 *     writer.write(await reader.readline());
 *     await writer.drain();
 *     writer.close();
 *   }, '127.0.0.1', 0);
 *   const [reader, writer] = await openConnection('127.0.0.1', server.port as number);
 *   writer.write(Buffer.from('echo\n'));
 *   await writer.drain();
 *   console.log(String(await reader.read()).trim()); // -> echo
 *   writer.close();
 *   await writer.waitClosed();
 * });
 * ```
 */
export class StreamWriter implements AsyncDisposable {
  /** @internal */ readonly _loop: Loop;
  /** Somebody else than the handler it was made for closes it. @internal */
  _handedOn: boolean = false;
  #transport: WriteTransport;
  readonly #protocol: FlowControlProtocol;
  readonly #reader: StreamReader | undefined;
  #tracked: { transport: WriteTransport } | undefined = undefined;

  constructor(
    transport: WriteTransport,
    protocol: FlowControlProtocol,
    reader?: StreamReader,
    loop: Loop = runningLoop('a stream'),
  ) {
    this.#transport = transport;
    this.#protocol = protocol;
    this.#reader = reader;
    this._loop = loop;
    if (loop.getDebug()) this.#tracked = trackWriter(this, loop, transport);
  }

  /** What it writes to. */
  get transport(): Transport {
    return this.#transport as Transport;
  }

  /** @internal */
  get _protocol(): FlowControlProtocol {
    return this.#protocol;
  }

  /** @internal */
  get _reader(): StreamReader | undefined {
    return this.#reader;
  }

  /** Sends bytes, now where the system takes them, else as soon as it does. The bytes must not be changed until
   * they are sent; if their memory is transferred or made smaller, the connection ends with a BufferError.
   * @throws InvalidArgumentError for anything but bytes */
  write(data: Uint8Array): void {
    this.#transport.write(data);
  }

  /** Sends several chunks, at once where possible. */
  writelines(chunks: Iterable<Uint8Array>): void {
    this.#transport.writelines(chunks);
  }

  /** Ends our half of the stream after what was written; the peer may go on sending. */
  writeEof(): void {
    this.#transport.writeEof();
  }

  canWriteEof(): boolean {
    return this.#transport.canWriteEof();
  }

  /** Waits while more is buffered than the peer takes. Where it need not wait it costs a microtask, and now and
   * then an iteration of the loop. Cancelling ends the wait only.
   * @throws the error that the connection ended with; ConnectionResetError when it is closed; BrokenPipeError when
   * the other side has ended TLS and what was written since can't be sent */
  drain(): Promise<void> {
    const error = this.#reader?.exception();
    if (error !== undefined)
      return Promise.reject(
        isPlaceless(error) ? atCallerIfFound(error, StreamWriter.prototype.drain) : error,
      );
    return this.#transport.isClosing() ? this.#drainClosing() : this.#protocol._drain(this.#transport);
  }

  // An iteration of the loop lets connectionLost come, so that code that writes in a loop learns of it.
  async #drainClosing(): Promise<void> {
    await sleep(0);
    const failure = (this.#transport as Partial<Parting>).writeFailure?.();
    try {
      await this.#protocol._drain(this.#transport);
    } catch (error) {
      throw isOSError(error) ? atCallerIfFound(error, this.#drainClosing) : error;
    }
    if (failure !== undefined) throw failure;
  }

  /** Closes the stream after what was written is sent; see {@link waitClosed}. */
  close(): void {
    this.#transport.close();
  }

  isClosing(): boolean {
    return this.#transport.isClosing();
  }

  /** Waits until the stream is closed. Cancelling ends the wait only.
   * @throws the error that the connection ended with */
  waitClosed(): Promise<void> {
    return this.#protocol._waitClosed();
  }

  /** What the transport knows: `'peername'`, `'sockname'`, `'socket'`, with TLS `'sslObject'` and more. */
  getExtraInfo<K extends keyof ExtraInfo>(name: K): ExtraInfo[K] | undefined;
  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined;
  getExtraInfo(name: string, fallback?: unknown): unknown {
    return this.#transport.getExtraInfo(name, fallback);
  }

  /** Puts TLS over the connection, after what was written so far; reader and writer go on over it. A server's
   * side is the server of the TLS too. For `context` and `options` see {@link SSLContext} and
   * {@link EventLoop.createConnection}. Cancelling gives the connection up.
   * @throws SSLError and its kind when the handshake fails */
  async startTls(
    context: ClientTlsContext | ServerTlsContext,
    options: StartTlsOptions = {},
  ): Promise<void> {
    const protocol = this.#protocol as FlowControlProtocol & Upgradable;
    const carrier = this.#transport as WriteTransport & Partial<TlsCarrier>;
    const { startTls } = carrier;
    if (startTls === undefined)
      throw new InvalidArgumentError('transport', 'startTls needs the transport of a stream connection');
    await this.drain();
    const serverSide = options.serverSide ?? protocol._serverSide ?? false;
    const upgraded = await startTls(this._loop, this.transport, protocol, context, {
      ...options,
      serverSide,
    });
    this.#transport = upgraded;
    if (this.#tracked !== undefined) this.#tracked.transport = upgraded;
    protocol._replaceTransport?.(upgraded);
  }

  /** Closes it and waits until all is sent. That the connection was lost is no error here: {@link waitClosed}
   * tells. A TLS peer that does not answer the end of TLS is waited for a second, and is no error either.
   * @throws TimeoutError when a TLS peer takes not all of it within `sslShutdownTimeout` */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    (this.#transport as Partial<Parting>).needNoAnswer?.();
    try {
      await this.waitClosed();
    } catch (error) {
      if (!isOSError(error)) throw error;
    }
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const where = showEnds(undefined, this.getExtraInfo('peername'));
    return `<StreamWriter${where}${this.isClosing() ? ' closing' : ''}>`;
  }
}

showAsText(StreamWriter);
