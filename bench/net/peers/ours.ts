// asyncio-ts itself, the build that $BENCH_SUBJECT names: by a protocol, or by streams as its users would
// write them. $ASYNCIO_BACKEND chooses the backend; where that is not to be had, it is said and not measured.

import { pathToFileURL } from 'node:url';
import { command, credentials, host, lineLimit, listening, unavailable } from './serve.ts';

interface Transport {
  write(bytes: Uint8Array | string): void;
  close(): void;
}

interface DatagramTransport {
  sendto(bytes: Uint8Array, address: unknown): void;
  getExtraInfo(name: string): unknown;
}

interface Reader {
  readline(): Promise<Uint8Array>;
  read(most: number): Promise<Uint8Array>;
}

interface Writer {
  write(bytes: Uint8Array): void;
  drain(): Promise<void>;
  close(): void;
  waitClosed(): Promise<void>;
}

interface Server {
  readonly sockets: readonly { getsockname(): unknown }[];
  serveForever(): Promise<void>;
}

type Options = Record<string, unknown>;
type Handler = (reader: Reader, writer: Writer) => Promise<void>;

interface Loop {
  readonly backend?: unknown;
  createServer(factory: () => object, host: string, port: number, options: Options): Promise<Server>;
  createUnixServer(factory: () => object, path: string, options: Options): Promise<Server>;
  createDatagramEndpoint(factory: () => object, options: Options): Promise<[DatagramTransport, unknown]>;
}

/** The part of the library that is used here. */
interface Subject {
  run<T>(main: () => Promise<T>): Promise<T>;
  getRunningLoop(): Loop;
  readonly Protocol: new () => object;
  readonly DatagramProtocol: new () => object;
  startServer?(handler: Handler, host: string, port: number, options: Options): Promise<Server>;
  startUnixServer(handler: Handler, path: string, options: Options): Promise<Server>;
}

const file = pathToFileURL(process.env['BENCH_SUBJECT'] ?? '').href;
const subject = (await import(file)) as unknown as Subject;
const { startServer, startUnixServer } = subject;
const { mode, variant, target } = command();
if (variant === 'stream' && startServer === undefined) unavailable('the library has no streams yet');

class Echo extends subject.Protocol {
  transport!: Transport;

  connectionMade(transport: Transport): void {
    this.transport = transport;
  }

  dataReceived(data: Uint8Array): void {
    this.transport.write(data);
  }
}

class Count extends Echo {
  count = 0;

  override dataReceived(data: Uint8Array): void {
    this.count += data.length;
  }

  eofReceived(): boolean {
    this.transport.write(Buffer.from(`${this.count}\n`));
    this.transport.close();
    return true;
  }
}

class EchoDatagrams extends subject.DatagramProtocol {
  transport!: DatagramTransport;

  connectionMade(transport: DatagramTransport): void {
    this.transport = transport;
  }

  datagramReceived(data: Uint8Array, address: unknown): void {
    this.transport.sendto(data, address);
  }
}

const echoLines: Handler = async (reader, writer) => {
  for (;;) {
    const line = await reader.readline();
    if (line.length === 0) break;
    writer.write(line);
    await writer.drain();
  }
  writer.close();
  await writer.waitClosed();
};

const countBytes: Handler = async (reader, writer) => {
  let count = 0;
  for (;;) {
    const chunk = await reader.read(65_536);
    if (chunk.length === 0) break;
    count += chunk.length;
  }
  writer.write(Buffer.from(`${count}\n`));
  await writer.drain();
  writer.close();
  await writer.waitClosed();
};

/** `loop.backend` is the name, or an object that has it. */
function nameOf(backend: unknown): string {
  if (typeof backend === 'string') return backend;
  const { name, kind } = (backend ?? {}) as { name?: string; kind?: string };
  return name ?? kind ?? 'unknown';
}

function portOf(address: unknown): number {
  return Array.isArray(address) ? Number(address[1]) : 0;
}

function start(loop: Loop): Promise<Server> {
  const common = { backlog: 1024 };
  const tcp = mode === 'tls' ? { ...common, ssl: credentials(target) } : common;
  if (variant === 'protocol') {
    if (mode === 'unix') return loop.createUnixServer(() => new Echo(), target, common);
    const factory = mode === 'sink' ? () => new Count() : () => new Echo();
    return loop.createServer(factory, host, 0, tcp);
  }
  if (mode === 'unix') return startUnixServer(echoLines, target, { ...common, limit: lineLimit });
  if (mode === 'sink') return startServer!(countBytes, host, 0, tcp);
  return startServer!(echoLines, host, 0, { ...tcp, limit: lineLimit });
}

await subject.run(async () => {
  const loop = subject.getRunningLoop();
  const wanted = process.env['ASYNCIO_BACKEND'];
  const found = nameOf(loop.backend);
  if (wanted !== undefined && found !== 'unknown' && found !== wanted)
    unavailable(`no ${wanted} backend here, but ${found}`);
  if (mode === 'udp') {
    if (!('createDatagramEndpoint' in loop)) unavailable('the library has no datagrams yet');
    const factory = (): object => new EchoDatagrams();
    const [transport] = await loop.createDatagramEndpoint(factory, { localAddr: [host, 0] });
    listening(portOf(transport.getExtraInfo('sockname')));
    await new Promise(() => {});
  }
  const server = await start(loop);
  listening(mode === 'unix' ? 0 : portOf(server.sockets[0]?.getsockname()));
  await server.serveForever();
});
