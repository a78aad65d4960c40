// Between our streams and those of the web: a pair of reader and writer as a ReadableStream and a WritableStream,
// and the other way round.

import { InvalidArgumentError } from '../../base/errors.ts';
import { Future } from '../../core/future/future.ts';
import { createDuplex } from '../../sys/host/tls.ts';
import { checkBytes } from '../../transport/byteArguments.ts';
import { fromNodeStream } from './nodeStreams.ts';
import type { Stream } from '../connect/openConnection.ts';
import { handOn } from '../../streams/adapting.ts';
import type { StreamReaderOptions } from '../../streams/streamArguments.ts';
import type { StreamReader } from '../../streams/streamReader.ts';
import type { StreamWriter } from '../../streams/streamWriter.ts';

const CHUNK = 65_536;

function ignore(): void {}

/** The two halves of a connection, as the web has them: what a `Response` body or a `CompressionStream` takes. */
export interface WebStreams {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** The pair as streams of the web. The connection belongs to them from then on: closing `writable` ends our half,
 * aborting it drops the connection, and once `readable` has ended or was cancelled and `writable` is closed, the
 * connection is closed. Nothing is read ahead of what `readable` asks for.
 * @example
 * ```ts
 * import { run, startServer, openConnection, toWebStreams } from 'asyncio-ts';
 * await run(async () => {
 *   await using server = await startServer(async (reader, writer) => {
 *     const { readable, writable } = toWebStreams(reader, writer);
 *     await readable.pipeTo(writable);
 *   }, '127.0.0.1', 0);
 *   const [reader, writer] = await openConnection('127.0.0.1', server.port as number);
 *   writer.write(Buffer.from('piped'));
 *   writer.writeEof();
 *   console.log(String(await reader.read())); // -> piped
 *   writer.close();
 * });
 * ```
 */
export function toWebStreams(reader: StreamReader, writer: StreamWriter): WebStreams {
  let open = 2;
  let reading: Promise<Buffer> | undefined;
  handOn(writer);
  const halfEnded = (): void => {
    if (--open === 0) writer.close();
  };
  const readable = new ReadableStream<Uint8Array>(
    {
      // Plain `then`: a cancel of the task in which the stream happens to ask must not break the stream.
      pull: (controller) => {
        reading = reader.read(CHUNK);
        return reading.then((chunk) => {
          // Whoever reads it may transfer it.
          if (chunk.length > 0) return controller.enqueue(new Uint8Array(chunk));
          controller.close();
          halfEnded();
        });
      },
      cancel: () => {
        if (reading instanceof Future) reading.cancel();
        halfEnded();
      },
    },
    { highWaterMark: 0 },
  );
  const writable = new WritableStream<Uint8Array>({
    write: (chunk) => {
      // When this is settled the memory is its owner's again, sent or not.
      checkBytes(chunk, 'chunk');
      writer.write(new Uint8Array(chunk));
      return writer.drain().then(ignore);
    },
    close: () => {
      if (writer.canWriteEof()) writer.writeEof();
      const drained = writer.drain().then(ignore);
      halfEnded();
      return drained;
    },
    abort: () => writer.transport.abort(),
  });
  return { readable, writable };
}

/** Streams of the web as reader and writer; they are locked and belong to them from then on. Closing the writer
 * closes `writable` and cancels what is left of `readable`.
 * @throws InvalidArgumentError for what are no such streams
 * @example
 * ```ts
 * import { run, fromWebStreams } from 'asyncio-ts';
 * await run(async () => {
 *   const [reader, writer] = fromWebStreams(new TransformStream<Uint8Array, Uint8Array>());
 *   writer.write(Buffer.from('through and back\n'));
 *   console.log(String(await reader.readline()).trim()); // -> through and back
 *   writer.close();
 *   await writer.waitClosed();
 * });
 * ```
 */
export function fromWebStreams(
  streams: { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> },
  options: StreamReaderOptions = {},
): Stream {
  const { readable, writable } = streams as Partial<WebStreams>;
  if (typeof readable?.getReader !== 'function' || typeof writable?.getWriter !== 'function') {
    throw new InvalidArgumentError('streams', 'fromWebStreams needs { readable, writable }');
  }
  const source = readable.getReader();
  const sink = writable.getWriter();
  sink.closed.catch(ignore);
  source.closed.catch(ignore);
  let ended = false;
  const duplex = createDuplex({
    allowHalfOpen: true,
    read() {
      source.read().then(
        ({ value, done }) => void duplex.push(done ? null : value),
        (error: unknown) => void duplex.destroy(error as Error),
      );
    },
    write(chunk: Buffer, _encoding, finish) {
      // The stream may keep or transfer what it is given.
      sink.write(new Uint8Array(chunk)).then(() => finish(), finish);
    },
    final(finish) {
      ended = true;
      sink.close().then(() => finish(), finish);
    },
    destroy(error, finish) {
      source.cancel(error ?? undefined).catch(ignore);
      if (!ended) sink.abort(error ?? undefined).catch(ignore);
      finish(error);
    },
  });
  return fromNodeStream(duplex, options);
}
