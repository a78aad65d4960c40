// The places of the network: whatever a program gives to connections, servers, endpoints and pipes.

import {
  BufferedProtocol,
  DatagramProtocol,
  openConnection,
  Protocol,
  sleep,
  socketpair,
  startServer,
} from '../../src/asyncio.ts';
import type { DatagramTransport, Transport } from '../../src/asyncio.ts';
import { clientContext, serverContext } from '../net/tls/contexts.ts';
import { runtime } from '../../src/sys/host/host.ts';
import type { Place, Stage } from './places.ts';

const HOST = '127.0.0.1';
const MUCH: number = 4 << 20;
const METHODS = ['connectionMade', 'dataReceived', 'eofReceived', 'connectionLost'];
const FLOW = ['pauseWriting', 'resumeWriting'];
// Deno tells nobody that a send has failed.
const DATAGRAMS = ['connectionMade', 'datagramReceived', 'connectionLost'].concat(
  runtime().name === 'deno' ? [] : ['errorReceived'],
);
const BUFFERED = ['getBuffer', 'bufferUpdated'];

type Methods = Record<string, (...args: never[]) => unknown>;

/** A protocol in which one method throws, and does what it has to do before. */
function faulty<P extends Protocol | BufferedProtocol>(
  protocol: P,
  method: keyof Methods,
  fault: () => never,
): P {
  const own = (protocol as unknown as Methods)[method] as (...args: unknown[]) => unknown;
  (protocol as unknown as Methods)[method] = (...args: unknown[]) => {
    own.apply(protocol, args);
    return fault();
  };
  return protocol;
}

class Talker extends Protocol {
  transport: Transport | undefined;

  override connectionMade(transport: never): void {
    this.transport = transport;
  }

  override dataReceived(data: Buffer): void {
    if (data.includes('much')) this.transport?.write(Buffer.alloc(MUCH));
    if (data.includes('close')) this.transport?.close();
  }
}

class Taker extends BufferedProtocol {
  readonly room: Uint8Array = new Uint8Array(100);
  override getBuffer(): Uint8Array {
    return this.room;
  }
}

async function over(server: { close(): void; waitClosed(): Promise<void> }): Promise<void> {
  server.close();
  await server.waitClosed();
}

/** What a client does so that the method is called. */
async function visit(port: number, method: string, secure: boolean, { called }: Stage): Promise<void> {
  const options = secure ? { ssl: clientContext(), serverHostname: 'localhost' } : {};
  const [reader, writer] = await openConnection(HOST, port, options);
  try {
    if (method === 'eofReceived') writer.writeEof();
    else if (method !== 'connectionMade')
      writer.write(Buffer.from(FLOW.includes(method) ? 'much' : 'close'));
    if (method === 'resumeWriting') await reader.readExactly(MUCH);
    await called;
  } catch {
    // The other side may have gone.
  } finally {
    writer.close();
    await Promise.allSettled([writer.waitClosed()]);
  }
}

function onServer(method: string, secure: boolean): Place {
  return {
    name: `${secure ? 'TLS' : 'TCP'} server: protocol.${method}`,
    goesTo: 'handler',
    async attack(stage: Stage): Promise<void> {
      const ssl = secure ? { ssl: serverContext() } : {};
      const factory = (): Protocol | BufferedProtocol =>
        faulty(BUFFERED.includes(method) ? new Taker() : new Talker(), method, stage.fault);
      const server = await stage.loop.createServer(factory, HOST, 0, ssl);
      // A TLS connection has no half that ends alone: its end is told all the same.
      await visit(server.port as number, method, secure, stage);
      await over(server);
    },
  };
}

function onClient(method: string): Place {
  return {
    name: `TCP client: protocol.${method}`,
    goesTo: 'handler',
    async attack({ loop, fault, called }: Stage): Promise<void> {
      const server = await startServer(
        async (reader, writer) => {
          writer.write(Buffer.from('hello'));
          if (method === 'eofReceived') writer.writeEof();
          await Promise.allSettled([reader.read(-1)]);
        },
        HOST,
        0,
      );
      const protocol = faulty(new Talker(), method, fault);
      const [transport] = await loop.createConnection(() => protocol, HOST, server.port);
      if (method === 'connectionLost') transport.close();
      await called;
      transport.close();
      await over(server);
    },
  };
}

function handler(name: string, make: (fault: () => never) => (...args: never[]) => unknown): Place {
  return {
    name: `startServer: ${name}`,
    goesTo: 'handler',
    async attack({ fault }: Stage): Promise<void> {
      const server = await startServer(make(fault) as never, HOST, 0);
      const [reader, writer] = await openConnection(HOST, server.port);
      writer.write(Buffer.from('hello'));
      await Promise.allSettled([reader.read(-1)]);
      writer.close();
      await Promise.allSettled([writer.waitClosed()]);
      await over(server);
    },
  };
}

function datagram(method: string): Place {
  return {
    name: `datagrams: protocol.${method}`,
    goesTo: 'handler',
    async attack({ loop, fault, called }: Stage): Promise<void> {
      const protocol = faulty(
        new DatagramProtocol() as never,
        method,
        fault,
      ) as unknown as DatagramProtocol;
      // Nobody has the port of a socket that is closed: the system says so at the next send.
      const [gone] = await loop.createDatagramEndpoint(() => new DatagramProtocol(), {
        localAddr: [HOST, 0],
      });
      const nobody = gone.getExtraInfo('sockname') as [string, number];
      if (method === 'errorReceived') gone.close();
      const [transport] = await loop.createDatagramEndpoint(
        () => protocol,
        method === 'errorReceived' ? { remoteAddr: nobody } : { localAddr: [HOST, 0] },
      );
      const [, port] = transport.getExtraInfo('sockname') as [string, number];
      if (method === 'datagramReceived') transport.sendto(Buffer.from('to itself'), [HOST, port]);
      if (method === 'connectionLost') transport.close();
      if (method === 'errorReceived') await sendUntil(called, transport);
      await called;
      transport.close();
      gone.close();
      await sleep(0);
    },
  };
}

async function sendUntil(called: Promise<void>, transport: DatagramTransport): Promise<void> {
  let over = false;
  void called.then(() => (over = true));
  while (!over) {
    transport.sendto(Buffer.from('is anybody there'));
    await sleep(1);
  }
}

const selectorOnly: Place[] = (['addReader', 'addWriter'] as const).map((method) => ({
  name: `loop.${method}`,
  goesTo: 'handler',
  async attack({ loop, fault }: Stage): Promise<void> {
    const [one, other] = socketpair();
    const { promise, resolve } = Promise.withResolvers<void>();
    loop[method](one, () => {
      if (method === 'addReader') loop.removeReader(one);
      else loop.removeWriter(one);
      resolve();
      fault();
    });
    await loop.sockSendall(other, Buffer.from('x'));
    await promise;
    await sleep(0);
    one.close();
    other.close();
  },
}));

function thrownBack(name: string, attack: Place['attack']): Place {
  return { name, goesTo: 'caller', attack };
}

export const netPlaces: readonly Place[] = [
  ...[...METHODS, ...FLOW, ...BUFFERED].map((method) => onServer(method, false)),
  ...[...METHODS, ...FLOW, ...BUFFERED].map((method) => onServer(method, true)),
  ...METHODS.map(onClient),
  handler('a handler that throws', (fault) => fault),
  handler('an async handler that throws', (fault) => async () => {
    await sleep(1);
    fault();
  }),
  handler('a handler that returns what throws', (fault) => () => ({ then: fault })),
  ...DATAGRAMS.map(datagram),
  thrownBack('writelines: an iterable', async ({ fault }) => {
    const server = await startServer(
      async (reader) => void (await Promise.allSettled([reader.read(-1)])),
      HOST,
      0,
    );
    const [, writer] = await openConnection(HOST, server.port);
    try {
      writer.writelines({ [Symbol.iterator]: fault });
    } finally {
      writer.close();
      await writer.waitClosed();
      await over(server);
    }
  }),
];

export const selectorPlaces: readonly Place[] = [
  ...selectorOnly,
  thrownBack('addReader: fileno', ({ loop, fault }) => loop.addReader({ fileno: fault }, () => {})),
];
