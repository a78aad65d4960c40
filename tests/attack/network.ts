// Faults of the network: clients and an echo server of ours with a faulty proxy between them, over TCP, TLS and
// Unix sockets, by streams and by protocols. What comes back is what was sent, or the beginning of it; whatever
// happens, client and server come to their end, and the server serves the next.

import { mkdtempSync, rmSync } from 'node:fs';
import type { NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  moveOnAfter,
  newEventLoop,
  openConnection,
  Protocol,
  run,
  startServer,
  startUnixServer,
  taskGroup,
} from '../../src/asyncio.ts';
import type { BackendName, EventLoop, StreamReader, StreamWriter, Transport } from '../../src/asyncio.ts';
import type { Random } from '../../src/testing/random.ts';
import { clientContext, serverContext } from '../net/tls/contexts.ts';
import { drawFault, FaultyProxy, isHarmless } from './faultyProxy.ts';
import type { Fault } from './faultyProxy.ts';
import { moving, startOthers } from './strike.ts';

const HOST = '127.0.0.1';
const MOST = 60_000;
/** Milliseconds that a client waits for a peer that has stalled. */
const PATIENCE = 30;

interface Served {
  readonly target: NetConnectOpts;
  readonly secure: boolean;
  end(): Promise<void>;
}

class Echo extends Protocol {
  #transport: Transport | undefined;
  override connectionMade(transport: never): void {
    this.#transport = transport;
  }
  override dataReceived(data: Buffer): void {
    this.#transport?.write(data);
  }
}

async function echo(reader: StreamReader, writer: StreamWriter): Promise<void> {
  try {
    for await (const chunk of reader.chunks()) {
      writer.write(chunk);
      await writer.drain();
    }
  } catch {
    // The connection broke.
  }
}

async function serve(random: Random, loop: EventLoop): Promise<Served> {
  const kind = random.pick(['tcp', 'tcp', 'tls', 'unix', 'protocol', 'protocol over tls'] as const);
  const secure = kind === 'tls' || kind === 'protocol over tls';
  const options = secure ? { ssl: serverContext(), sslShutdownTimeout: PATIENCE } : {};
  const folder = kind === 'unix' ? mkdtempSync(join(tmpdir(), 'asyncio-ts-attack-')) : undefined;
  const path = folder === undefined ? '' : join(folder, 'socket');
  const server = kind.startsWith('protocol')
    ? await loop.createServer(() => new Echo(), HOST, 0, options)
    : kind === 'unix'
      ? await startUnixServer(echo, path)
      : await startServer(echo, HOST, 0, options);
  return {
    secure,
    target: folder === undefined ? { host: HOST, port: server.port as number } : { path },
    end: async () => {
      server.close();
      server.abortClients();
      await server.waitClosed();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sends pieces and reads what comes back, up to the end of the connection or of the client's patience. */
async function visit(port: number, secure: boolean, pieces: readonly Buffer[]): Promise<Buffer> {
  const received: Buffer[] = [];
  const options = secure
    ? { ssl: clientContext(), serverHostname: 'localhost', sslShutdownTimeout: PATIENCE }
    : {};
  const [reader, writer] = await openConnection(HOST, port, options);
  const total = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  try {
    await taskGroup(async (group) => {
      group.startSoon(async () => {
        for (const piece of pieces) {
          writer.write(piece);
          await writer.drain();
        }
      });
      for (let count = 0; count < total;) {
        const chunk = await reader.read(4096);
        if (chunk.byteLength === 0) break;
        received.push(chunk);
        count += chunk.byteLength;
      }
    });
  } catch {
    // It broke: what was received before counts.
  } finally {
    writer.transport.abort();
    await Promise.allSettled([writer.waitClosed()]);
  }
  return Buffer.concat(received);
}

async function attempt(proxy: FaultyProxy, fault: Fault, served: Served, random: Random): Promise<void> {
  const pieces = Array.from({ length: 1 + random.int(6) }, () =>
    Buffer.alloc(1 + random.int(MOST / 6), random.int(256)),
  );
  const sent = Buffer.concat(pieces);
  let received: Buffer | undefined;
  const limit = isHarmless(fault) ? 5000 : PATIENCE;
  try {
    await moveOnAfter(limit, async () => {
      received = await visit(proxy.port, served.secure, pieces);
    });
  } catch (error) {
    if (isHarmless(fault)) throw error;
    return;
  }
  if (received === undefined) {
    if (isHarmless(fault)) throw new Error('nothing came back although all bytes came through');
    return;
  }
  if (fault.kind === 'garble' && !served.secure) return;
  if (!sent.subarray(0, received.byteLength).equals(received))
    throw new Error('what came back was never sent');
  if (isHarmless(fault) && received.byteLength !== sent.byteLength)
    throw new Error(
      `${received.byteLength} of ${sent.byteLength} bytes came back, although all came through`,
    );
}

/** One round: a server and one to three proxies with faults of their own, several clients each. */
export async function networkFaults(random: Random, backend: BackendName): Promise<string> {
  const loop = newEventLoop({ backend });
  const strange: string[] = [];
  loop.setExceptionHandler(
    (_, { message, exception }) => void strange.push(`${message}: ${String(exception)}`),
  );
  let said = '';
  const main = async (): Promise<void> => {
    const others = startOthers();
    const served = await serve(random, loop);
    try {
      for (let proxies = 1 + random.int(3); proxies > 0; proxies--) {
        const fault = drawFault(random, MOST);
        said = `${served.secure ? 'TLS' : 'plain'} ${JSON.stringify(served.target)}, ${fault.kind} after ${fault.after} bytes`;
        const proxy = await FaultyProxy.open(served.target, fault);
        try {
          await taskGroup(async (group) => {
            for (let clients = 1 + random.int(3); clients > 0; clients--) {
              const own = random.fork();
              group.startSoon(() => attempt(proxy, fault, served, own));
            }
          });
        } finally {
          await proxy.close();
        }
      }
    } finally {
      await served.end();
    }
    await others.goOn();
  };
  try {
    await moving(run(main, { loop, handleSignals: false }), 'faults of the network');
    if (strange.length > 0) throw new Error(strange.join('; '));
    return said;
  } catch (error) {
    throw new Error(said, { cause: error });
  }
}
