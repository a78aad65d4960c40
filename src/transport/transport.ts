// The transports' public shape: asyncio's classes, with nothing in them. What a method does is written
// here once; both backends implement it and pass one set of contract tests.

import { showAsText } from '../base/show.ts';
import type { ExtraInfo } from './extraInfo.ts';
import type { SocketAddress } from './socketAddress.ts';

export type { InetAddress, SocketAddress } from './socketAddress.ts';

/** What all transports have in common. Semantics: asyncio.BaseTransport.
 * @example
 * ```ts
 * import { run, startServer, openConnection } from 'asyncio-ts';
 * await run(async () => {
 *   const server = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
 *   const [, writer] = await openConnection('127.0.0.1', server.port);
 *   console.log(writer.transport.getExtraInfo('peername')?.[1] === server.port); // -> true
 *   writer.close();
 *   await writer.waitClosed();
 *   await server.shutdown();
 * });
 * ```
 */
export abstract class BaseTransport {
  /** What is known beyond the bytes: `'peername'`, `'sockname'`, `'socket'`, of a pipe `'pipe'`, with TLS
   * `'sslObject'`, `'sslContext'`, `'peercert'`, `'cipher'`, `'alpnProtocol'`, `'tlsVersion'`; `fallback` where
   * there is nothing by that name. */
  abstract getExtraInfo<K extends keyof ExtraInfo>(name: K): ExtraInfo[K] | undefined;
  abstract getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined;
  /** True from {@link close} or a lost connection on. */
  abstract isClosing(): boolean;
  /** Closes: nothing more is read; what is buffered is written, then `connectionLost(undefined)` comes. */
  abstract close(): void;
  abstract setProtocol(protocol: unknown): void;
  abstract getProtocol(): unknown;
}

showAsText(BaseTransport);

/** Semantics: asyncio.ReadTransport.
 * @example
 * ```ts
 * import { run, startServer, openConnection } from 'asyncio-ts';
 * await run(async () => {
 *   const server = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
 *   const [, writer] = await openConnection('127.0.0.1', server.port);
 *   writer.transport.pauseReading();
 *   console.log(writer.transport.isReading()); // -> false
 *   writer.close();
 *   await writer.waitClosed();
 *   await server.shutdown();
 * });
 * ```
 */
export abstract class ReadTransport extends BaseTransport {
  abstract isReading(): boolean;
  /** Stops reading until {@link resumeReading}; may be called again and again. */
  abstract pauseReading(): void;
  abstract resumeReading(): void;
}

/** Semantics: asyncio.WriteTransport.
 * @example
 * ```ts
 * import { run, startServer, openConnection } from 'asyncio-ts';
 * await run(async () => {
 *   const server = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
 *   const [, writer] = await openConnection('127.0.0.1', server.port);
 *   writer.transport.setWriteBufferLimits({ high: 4096 });
 *   console.log(writer.transport.getWriteBufferLimits()); // -> { low: 1024, high: 4096 }
 *   writer.close();
 *   await writer.waitClosed();
 *   await server.shutdown();
 * });
 * ```
 */
export abstract class WriteTransport extends BaseTransport {
  /** The marks of the write buffer, in bytes. `high` is 65,536 by default, `low` a quarter of `high`; a `low`
   * given alone makes `high` four times as much. `high` 0 calls `pauseWriting` whenever anything is buffered.
   * @throws InvalidArgumentError unless high >= low >= 0 */
  abstract setWriteBufferLimits(limits?: WriteBufferLimits): void;
  abstract getWriteBufferSize(): number;
  abstract getWriteBufferLimits(): { low: number; high: number };
  /** Writes without waiting: what the system does not take at once is buffered. The bytes must not be changed
   * until they are sent; if their memory is transferred or made smaller, the connection ends with a BufferError
   * (`ERR_ASYNCIO_BUFFER`). @throws TypeError (InvalidArgumentError) for anything but bytes; UsageError after
   * {@link writeEof} */
  abstract write(data: Uint8Array): void;
  /** Writes several chunks with one system call where possible. */
  abstract writelines(chunks: Iterable<Uint8Array>): void;
  /** Ends our half after what is buffered; the peer may go on sending. */
  abstract writeEof(): void;
  abstract canWriteEof(): boolean;
  /** Closes at once: what is buffered is thrown away; `connectionLost(undefined)` comes. */
  abstract abort(): void;
}

export interface WriteBufferLimits {
  high?: number | undefined;
  low?: number | undefined;
}

/** A two-way stream. Semantics: asyncio.Transport.
 * @example
 * ```ts
 * import { run, startServer, openConnection } from 'asyncio-ts';
 * await run(async () => {
 *   const server = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
 *   const [, writer] = await openConnection('127.0.0.1', server.port);
 *   writer.transport.write(Buffer.from('hello'));
 *   console.log(writer.transport.getWriteBufferSize()); // -> 0
 *   writer.close();
 *   await writer.waitClosed();
 *   await server.shutdown();
 * });
 * ```
 */
export abstract class Transport extends WriteTransport implements ReadTransport {
  abstract isReading(): boolean;
  abstract pauseReading(): void;
  abstract resumeReading(): void;
}

/** What {@link EventLoop.createDatagramEndpoint} makes. Semantics: asyncio.DatagramTransport.
 * @example
 * ```ts
 * import { run, getRunningLoop, DatagramProtocol, DatagramTransport } from 'asyncio-ts';
 * await run(async () => {
 *   const loop = getRunningLoop();
 *   const [transport] = await loop.createDatagramEndpoint(() => new DatagramProtocol(), { family: 4 });
 *   transport.sendto(Buffer.from('to whom it may concern'), ['127.0.0.1', 9]);
 *   console.log(transport instanceof DatagramTransport, transport.getWriteBufferSize()); // -> true 0
 *   transport.close();
 * });
 * ```
 */
export abstract class DatagramTransport extends BaseTransport {
  /** Sends a datagram, or buffers it. A connected transport takes no address or its own only. */
  abstract sendto(data: Uint8Array, address?: SocketAddress): void;
  abstract abort(): void;
  abstract getWriteBufferSize(): number;
  abstract setWriteBufferLimits(limits?: WriteBufferLimits): void;
  abstract getWriteBufferLimits(): { low: number; high: number };
}
