// asyncio-ts itself, the build that $BENCH_SUBJECT names: by a protocol, or by streams as its users would
// write them. $ASYNCIO_BACKEND chooses the backend; where that is not to be had, it is said and not measured.

import { pathToFileURL } from 'node:url';
import type * as Asyncio from '../../../src/asyncio.ts';
import type {
  DatagramTransport,
  SocketAddress,
  StreamReader,
  StreamWriter,
  Transport,
} from '../../../src/asyncio.ts';
import { command, credentials, host, lineLimit, listening, unavailable } from './serve.ts';

const file = pathToFileURL(process.env['BENCH_SUBJECT'] ?? '').href;
const subject = (await import(file)) as typeof Asyncio;
const {
  BufferedProtocol,
  DatagramProtocol,
  getRunningLoop,
  Protocol,
  relay,
  run,
  startServer,
  startUnixServer,
} = subject;
const { mode, variant, target } = command();

class Echo extends Protocol {
  transport!: Transport;

  override connectionMade(transport: Transport): void {
    this.transport = transport;
  }

  override dataReceived(data: Uint8Array): void {
    this.transport.write(data);
  }
}

// One buffer for all connections, as in the C server; one that has bytes to be sent is left to its transport.
let buffer = Buffer.allocUnsafeSlow(262_144);

class EchoBuffered extends BufferedProtocol {
  transport!: Transport;

  override connectionMade(transport: Transport): void {
    this.transport = transport;
  }

  override getBuffer(): Buffer {
    return buffer;
  }

  override bufferUpdated(count: number): void {
    this.transport.write(buffer.subarray(0, count));
    if (this.transport.getWriteBufferSize() > 0) buffer = Buffer.allocUnsafeSlow(262_144);
  }
}

class Count extends Echo {
  count = 0;

  override dataReceived(data: Uint8Array): void {
    this.count += data.length;
  }

  override eofReceived(): boolean {
    this.transport.write(Buffer.from(`${this.count}\n`));
    this.transport.close();
    return true;
  }
}

class EchoDatagrams extends DatagramProtocol {
  transport!: DatagramTransport;

  override connectionMade(transport: DatagramTransport): void {
    this.transport = transport;
  }

  override datagramReceived(data: Uint8Array, address: SocketAddress): void {
    this.transport.sendto(data, address);
  }
}

async function echoLines(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for (;;) {
    const line = await reader.readline();
    if (line.length === 0) break;
    writer.write(line);
    await writer.drain();
  }
  writer.close();
  await writer.waitClosed();
}

async function echoLentLines(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for await (const line of reader.lines({ reuse: true })) {
    writer.write(line);
    await writer.drain();
  }
}

async function sayCount(writer: StreamWriter, count: number): Promise<void> {
  writer.write(Buffer.from(`${count}\n`));
  await writer.drain();
  writer.close();
  await writer.waitClosed();
}

async function countInto(reader: StreamReader, writer: StreamWriter): Promise<void> {
  const room = Buffer.allocUnsafeSlow(2 ** 20); // as the C server
  let count = 0;
  for (let read; (read = await reader.readInto(room)) > 0;) count += read;
  await sayCount(writer, count);
}

async function countLentChunks(reader: StreamReader, writer: StreamWriter): Promise<void> {
  let count = 0;
  for await (const chunk of reader.chunks({ reuse: true })) count += chunk.length;
  await sayCount(writer, count);
}

async function countBytes(reader: StreamReader, writer: StreamWriter): Promise<void> {
  let count = 0;
  for (;;) {
    const chunk = await reader.read(65_536);
    if (chunk.length === 0) break;
    count += chunk.length;
  }
  await sayCount(writer, count);
}

let waiting: { end: [StreamReader, StreamWriter]; done: Promise<void>; met: () => void } | undefined;

/** Connections are paired in the order in which they come; the second of a pair relays both ways. */
async function relayPair(reader: StreamReader, writer: StreamWriter): Promise<void> {
  if (waiting === undefined) {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting = { end: [reader, writer], done: promise, met: resolve };
    return await promise;
  }
  const { end, met } = waiting;
  waiting = undefined;
  try {
    await Promise.all([relay(reader, end[1]), relay(end[0], writer)]);
  } finally {
    met();
  }
}

/** The handlers by variant. */
const handlers: Readonly<Record<string, Asyncio.ClientConnected>> = {
  lines: echoLentLines,
  readInto: countInto,
  chunks: countLentChunks,
  relay: relayPair,
};

function portOf(address: unknown): number {
  return Array.isArray(address) ? Number(address[1]) : 0;
}

function start(loop: Asyncio.EventLoop): Promise<Asyncio.Server | Asyncio.StreamServer> {
  const common = { backlog: 1024 };
  const tcp = mode === 'tls' ? { ...common, ssl: credentials(target) } : common;
  if (variant === 'protocol') {
    if (mode === 'unix') return loop.createUnixServer(() => new Echo(), target, common);
    const factory = mode === 'sink' ? (): Echo => new Count() : (): Echo => new Echo();
    return loop.createServer(factory, host, 0, tcp);
  }
  if (variant === 'buffered') return loop.createServer(() => new EchoBuffered(), host, 0, tcp);
  if (mode === 'unix') return startUnixServer(echoLines, target, { ...common, limit: lineLimit });
  const handler = handlers[variant] ?? (mode === 'sink' ? countBytes : echoLines);
  return startServer(handler, host, 0, { ...tcp, ...(mode === 'sink' ? {} : { limit: lineLimit }) });
}

/** Looks for the backend that is wanted. */
function checkBackend(loop: Asyncio.EventLoop): void {
  try {
    void loop.backend;
  } catch (error) {
    unavailable(error instanceof Error ? error.message : String(error));
  }
}

await run(async () => {
  const loop = getRunningLoop();
  checkBackend(loop);
  if (mode === 'udp') {
    const options = { localAddr: [host, 0] } as const;
    const [transport] = await loop.createDatagramEndpoint(() => new EchoDatagrams(), options);
    listening(portOf(transport.getExtraInfo('sockname')));
    await new Promise(() => {});
  }
  const server = await start(loop);
  listening(mode === 'unix' ? 0 : portOf(server.sockets[0]?.getsockname()));
  await server.serveForever();
});
