// Between our streams and the host's: a pair of reader and writer as a Duplex, and the other way round.

import { InvalidArgumentError } from '../../base/errors.ts';
import { Future } from '../../core/future/future.ts';
import { runningLoop } from '../../loop/running.ts';
import { createDuplex } from '../../sys/host/tls.ts';
import type { NodeDuplex } from '../../sys/host/tls.ts';
import { DuplexTransport } from './duplexTransport.ts';
import type { Stream } from '../connect/openConnection.ts';
import { handOn } from '../../streams/adapting.ts';
import { StreamReader } from '../../streams/streamReader.ts';
import type { StreamReaderOptions } from '../../streams/streamArguments.ts';
import { StreamReaderProtocol } from '../../streams/streamReaderProtocol.ts';
import { StreamWriter } from '../../streams/streamWriter.ts';

const CHUNK = 65_536;

/** The pair as a stream of the host's (`node:stream` Duplex), for libraries that want one. It belongs to that
 * from then on: its end is the writer's end, and when both halves have ended, or it is destroyed, the
 * connection is closed. Nothing is read ahead of what the stream asks for.
 * @example
 * ```ts
 * import { run, startServer, openConnection, toNodeDuplex } from 'asyncio-ts';
 * await run(async () => {
 *   await using server = await startServer((reader, writer) => {
 *     const duplex = toNodeDuplex(reader, writer);
 *     duplex.pipe(duplex);
 *   }, '127.0.0.1', 0);
 *   const [reader, writer] = await openConnection('127.0.0.1', server.port as number);
 *   writer.write(Buffer.from('piped'));
 *   writer.writeEof();
 *   console.log(String(await reader.read())); // -> piped
 *   writer.close();
 * });
 * ```
 */
export function toNodeDuplex(reader: StreamReader, writer: StreamWriter): NodeDuplex {
  let reading: Promise<Buffer> | undefined;
  handOn(writer);
  const duplex: NodeDuplex = createDuplex({
    allowHalfOpen: true,
    read() {
      reading = reader.read(CHUNK);
      reading.then(
        (chunk) => void duplex.push(chunk.length === 0 ? null : chunk),
        (error: unknown) => void duplex.destroy(asError(error)),
      );
    },
    write(chunk: Buffer, _encoding, finish) {
      try {
        writer.write(chunk);
      } catch (error) {
        finish(asError(error));
        return;
      }
      settle(writer.drain(), finish);
    },
    final(finish) {
      if (!writer.canWriteEof()) return finish();
      writer.writeEof();
      settle(writer.drain(), finish);
    },
    destroy(error, finish) {
      if (reading instanceof Future) reading.cancel();
      if (error === null) writer.close();
      else writer.transport.abort();
      finish(error);
    },
  });
  return duplex;
}

/** A stream of the host's as reader and writer: a child process's pipes, a socket, whatever is a Duplex of bytes.
 * It belongs to them from then on; closing the writer ends it, and waits until what was written is taken.
 * @throws InvalidArgumentError for what is no Duplex, or one of objects
 * @example
 * ```ts
 * import { run, fromNodeStream } from 'asyncio-ts';
 * import { PassThrough } from 'node:stream';
 * await run(async () => {
 *   const [reader, writer] = fromNodeStream(new PassThrough());
 *   writer.write(Buffer.from('through and back\n'));
 *   console.log(String(await reader.readline()).trim()); // -> through and back
 *   writer.close();
 *   await writer.waitClosed();
 * });
 * ```
 */
export function fromNodeStream(duplex: NodeDuplex, options: StreamReaderOptions = {}): Stream {
  const stream = duplex as Partial<NodeDuplex> | null | undefined;
  if (typeof stream?.read !== 'function' || typeof stream.write !== 'function') {
    throw new InvalidArgumentError('duplex', 'fromNodeStream needs a Duplex of node:stream');
  }
  if (stream.readableObjectMode === true || stream.writableObjectMode === true) {
    throw new InvalidArgumentError('duplex', 'fromNodeStream needs a stream of bytes, not of objects');
  }
  const loop = options.loop ?? runningLoop('fromNodeStream');
  const reader = new StreamReader({ ...options, loop });
  const protocol = new StreamReaderProtocol(reader, undefined, { loop });
  const transport = new DuplexTransport(loop, duplex, protocol);
  return [reader, new StreamWriter(transport, protocol, reader, loop)];
}

function settle(promise: Promise<void>, finish: (error?: Error | null) => void): void {
  promise.then(
    () => finish(),
    (error: unknown) => finish(asError(error)),
  );
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error), { cause: error });
}
