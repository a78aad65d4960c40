// The protocol between a transport and a pair of reader and writer.

import { isOSError } from '../base/osError.ts';
import { madeInEvent } from '../core/future/madeInEvent.ts';
import type { Loop } from '../loop/loop.ts';
import type { StreamsOwn } from '../transport/contract.ts';
import { isTlsCut } from '../transport/tls.ts';
import type { Transport } from '../transport/transport.ts';
import { startHandler } from './clientHandler.ts';
import type { ClientConnected, ClientHandlers } from './clientHandler.ts';
import { FlowControlProtocol } from './flowControlProtocol.ts';
import { receiveBuffer } from './receiveBuffer.ts';
import type { StreamReader } from './streamReader.ts';
import { StreamWriter } from './streamWriter.ts';

export interface StreamReaderProtocolOptions {
  /** The loop; the running one by default. */
  loop?: Loop | undefined;
  /** Who keeps the handlers' tasks. @internal */
  handlers?: ClientHandlers | undefined;
}

/** Feeds a {@link StreamReader} with what a transport receives. With `clientConnected` it is a server's: that
 * function is called with reader and writer, in a task of its own, once the connection is made; when it fails
 * or is cancelled the connection is closed. Semantics: asyncio.StreamReaderProtocol.
 *
 * It takes bytes as a `Protocol` and as a `BufferedProtocol`; transports that know the latter use that.
 * @example
 * ```ts
 * import { run, getRunningLoop, StreamReader, StreamReaderProtocol } from 'asyncio-ts';
 * await run(async () => {
 *   const reader = new StreamReader();
 *   const protocol = new StreamReaderProtocol(reader);
 *   protocol.dataReceived(Buffer.from('as if from a transport\n'));
 *   console.log(String(await reader.readline()).trim()); // -> as if from a transport
 * });
 * ```
 */
export class StreamReaderProtocol extends FlowControlProtocol implements StreamsOwn {
  #reader: StreamReader | undefined;
  #transport: Transport | undefined = undefined;
  #overTls: boolean = false;
  readonly #clientConnected: ClientConnected | undefined;
  readonly #handlers: ClientHandlers | undefined;

  constructor(
    reader: StreamReader | undefined,
    clientConnected?: ClientConnected,
    options: StreamReaderProtocolOptions = {},
  ) {
    super(options.loop ?? reader?._loop);
    this.#reader = reader;
    this.#clientConnected = clientConnected;
    this.#handlers = options.handlers;
  }

  /** Bytes and their end only wake those who read: no other code runs inside, which a transport may make use of.
   * False in a subclass that sees to the data itself. @internal */
  get settlesOnly(): boolean {
    return this.dataReceived === StreamReaderProtocol.prototype.dataReceived;
  }

  /** The next bytes are best given as a chunk of their own; else `getBuffer` says where they go. @internal */
  expectsLittle(): boolean {
    return this.#reader?._expectsLittle() ?? false;
  }

  /** True for the side that was connected to. @internal */
  get _serverSide(): boolean {
    return this.#clientConnected !== undefined;
  }

  override connectionMade(transport: Transport): void {
    this.#transport = transport;
    this.#reader?.setTransport(transport);
    this.#overTls = transport.getExtraInfo('sslContext') !== undefined;
    const callback = this.#clientConnected;
    const reader = this.#reader;
    if (callback === undefined || reader === undefined) return;
    const writer = new StreamWriter(transport, this, reader, this._loop);
    startHandler(callback, reader, writer, this.#handlers);
  }

  /** The connection goes on over another transport. @internal */
  _replaceTransport(transport: Transport): void {
    this.#transport = transport;
    this.#reader?._replaceTransport(transport);
    this.#overTls = transport.getExtraInfo('sslContext') !== undefined;
  }

  /** What came before TLS began and was not read: it is the beginning of the TLS. @internal */
  takeUnread(): Buffer | undefined {
    return this.#reader?._takeUnread();
  }

  override dataReceived(data: Buffer): void {
    this.#reader?._feedOwned(data);
  }

  getBuffer(_sizeHint: number = -1): Buffer {
    return this.#reader === undefined ? receiveBuffer() : this.#reader._getBuffer();
  }

  bufferUpdated(count: number): void {
    this.#reader?._bufferUpdated(count);
  }

  /** Keeps the connection open for writing, except over TLS, which has no half-open connections. */
  override eofReceived(): boolean {
    this.#reader?.feedEof();
    return !this.#overTls;
  }

  /** TLS was cut: that is for those who read. @internal */
  cutShort(error: unknown): void {
    if (this.#reader === undefined) return;
    this.#reader._cut = error;
    this.#reader.feedEof();
  }

  override connectionLost(error: unknown): void {
    const cut = isTlsCut(error);
    // Without an error and without an end from the other side it was this side that closed the connection.
    const here = error === undefined && this.#reader?._ended !== true;
    if (error === undefined) this.#reader?._end('here');
    else if (cut) this.cutShort(error);
    else this.#reader?._lost(isOSError(error) ? madeInEvent(error) : error);
    super.connectionLost(cut ? undefined : error, here);
    this.#handlers?.lost(this);
    this.#reader = undefined;
    this.#transport = undefined;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<StreamReaderProtocol ${this.#transport === undefined ? 'not connected' : 'connected'}>`;
  }
}
