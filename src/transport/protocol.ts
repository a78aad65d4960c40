// What a program implements to be told of a connection: asyncio's protocols. The methods here do nothing;
// override what is needed.

import type {
  BaseTransport,
  DatagramTransport,
  ReadTransport,
  SocketAddress,
  WriteTransport,
} from './transport.ts';

/** What all protocols have in common. Semantics: asyncio.BaseProtocol.
 * @example
 * ```ts
 * import { BaseProtocol, Protocol } from 'asyncio-ts';
 * console.log(new Protocol() instanceof BaseProtocol); // -> true
 * ```
 */
export class BaseProtocol {
  /** The connection is made; called once, before anything else. */
  connectionMade(_transport: BaseTransport): void {}

  /** The connection is lost or closed; called once, after everything else. `error` is undefined after a
   * regular end: the peer's end of data, or our close or abort. */
  connectionLost(_error: unknown): void {}

  /** The transport's buffer rose above the high-water mark: stop writing. Called once for each crossing. */
  pauseWriting(): void {}

  /** The buffer fell to the low-water mark or below: go on writing. */
  resumeWriting(): void {}
}

/** A stream protocol that is handed its data. Semantics: asyncio.Protocol.
 * @example
 * ```ts
 * import { run, getRunningLoop, Protocol, type Transport } from 'asyncio-ts';
 * class Upper extends Protocol {
 *   override connectionMade(transport: Transport): void {
 *     this.dataReceived = (data) => transport.write(Buffer.from(String(data).toUpperCase()));
 *   }
 * }
 * class Client extends Protocol {
 *   readonly answer = getRunningLoop().createFuture<string>();
 *   override dataReceived(data: Buffer): void {
 *     this.answer.setResult(String(data));
 *   }
 * }
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   const server = await loop.createServer(() => new Upper(), '127.0.0.1', 0);
 *   const [transport, client] = await loop.createConnection(() => new Client(), '127.0.0.1', server.port);
 *   transport.write(Buffer.from('hello'));
 *   console.log(await client.answer); // -> HELLO
 *   transport.close();
 *   server.close();
 *   await server.waitClosed();
 * });
 * ```
 */
export class Protocol extends BaseProtocol {
  override connectionMade(_transport: ReadTransport & WriteTransport): void {}

  /** Bytes have come. They are the protocol's own to keep; to transfer them to a worker or a byte stream, copy
   * them first (`new Uint8Array(data)`): their memory may be shared. */
  dataReceived(_data: Buffer): void {}

  /** The peer will send no more. Return true to keep the transport open for writing; anything else lets it
   * close itself. */
  eofReceived(): boolean | void {}
}

/** A stream protocol that gives the buffer to read into. Semantics: asyncio.BufferedProtocol.
 * @example
 * ```ts
 * import { BufferedProtocol } from 'asyncio-ts';
 * class Counter extends BufferedProtocol {
 *   bytes = 0;
 *   readonly #buffer = new Uint8Array(65_536); // used again for every read: nothing is allocated
 *   override getBuffer(): Uint8Array {
 *     return this.#buffer;
 *   }
 *   override bufferUpdated(count: number): void {
 *     this.bytes += count;
 *   }
 * }
 * console.log(new Counter().bytes); // -> 0
 * ```
 */
export class BufferedProtocol extends BaseProtocol {
  override connectionMade(_transport: ReadTransport & WriteTransport): void {}

  /** A buffer for the next bytes, not empty. `sizeHint` is a recommended size, -1 where there is none. Anything
   * else than a Uint8Array with memory is an error of the protocol, and ends the connection. */
  getBuffer(_sizeHint: number): Uint8Array {
    return new Uint8Array(0);
  }

  /** `count` bytes were put at the start of the buffer. */
  bufferUpdated(_count: number): void {}

  /** As {@link Protocol.eofReceived}. */
  eofReceived(): boolean | void {}
}

/** What a stream transport calls, of either kind of protocol. @internal */
export type StreamProtocol = Protocol & BufferedProtocol;

/** A protocol for datagrams. Semantics: asyncio.DatagramProtocol.
 * @example
 * ```ts
 * import { run, getRunningLoop, DatagramProtocol, Future } from 'asyncio-ts';
 * await run(async () => {
 *   const came = new Future<string>();
 *   class Receiver extends DatagramProtocol {
 *     override datagramReceived(data: Buffer): void {
 *       came.setResult(String(data));
 *     }
 *   }
 *   const loop = getRunningLoop();
 *   const [transport] = await loop.createDatagramEndpoint(() => new Receiver(), { localAddr: ['127.0.0.1', 0] });
 *   transport.sendto(Buffer.from('to myself'), transport.getExtraInfo('sockname'));
 *   console.log(await came); // -> to myself
 *   transport.close();
 * });
 * ```
 */
export class DatagramProtocol extends BaseProtocol {
  override connectionMade(_transport: DatagramTransport): void {}

  datagramReceived(_data: Buffer, _address: SocketAddress): void {}

  /** An earlier send or receive failed; the transport goes on. */
  errorReceived(_error: unknown): void {}
}
