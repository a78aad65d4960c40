// Objects of the library's classes, in the state in which a program has them.

import * as asyncio from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import * as lowlevel from '../../src/lowlevel.ts';
import * as selectors from '../../src/selectors/selectors.ts';
import * as testing from '../../src/testing/testing.ts';
import { QueueIterator } from '../../src/queues/queueIterator.ts';
import { clientContext } from '../net/tls/contexts.ts';
import { programReceivers } from './programReceivers.ts';

const HOST = '127.0.0.1';

export interface Receiver {
  readonly object: unknown;
  readonly end?: () => unknown;
}

type Make = (loop: EventLoop) => Receiver | Promise<Receiver>;

const quiet = async (reader: asyncio.StreamReader): Promise<void> =>
  void (await Promise.allSettled([reader.read(-1)]));

async function connected(pick: (stream: asyncio.Stream) => unknown): Promise<Receiver> {
  const server = await asyncio.startServer(quiet, HOST, 0);
  const stream = await asyncio.openConnection(HOST, server.port);
  return {
    object: pick(stream),
    end: async () => {
      stream[1].transport.abort();
      await Promise.allSettled([stream[1].waitClosed()]);
      server.close();
      server.abortClients();
      await server.waitClosed();
    },
  };
}

async function transport(loop: EventLoop): Promise<Receiver> {
  const server = await loop.createServer(() => new asyncio.Protocol(), HOST, 0);
  const [made] = await loop.createConnection(() => new asyncio.Protocol(), HOST, server.port);
  return {
    object: made,
    end: async () => {
      made.abort();
      server.close();
      server.abortClients();
      await server.waitClosed();
    },
  };
}

async function datagrams(loop: EventLoop): Promise<Receiver> {
  const [made] = await loop.createDatagramEndpoint(() => new asyncio.DatagramProtocol(), {
    localAddr: [HOST, 0],
  });
  return { object: made, end: () => made.abort() };
}

function loopApart(): Receiver {
  const loop = asyncio.newEventLoop();
  return { object: loop, end: () => loop.close() };
}

function socket(): Receiver {
  const [one, other] = asyncio.socketpair();
  return {
    object: one,
    end: () => {
      one.close();
      other.close();
    },
  };
}

function task(): Receiver {
  const made = asyncio.createTask(() => asyncio.sleep(10_000));
  return { object: made, end: () => asyncio.cancelAndWait(made) };
}

async function serving(): Promise<Receiver> {
  const server = await asyncio.startServer(quiet, HOST, 0);
  return {
    object: server,
    end: async () => {
      server.close();
      server.abortClients();
      await server.waitClosed();
    },
  };
}

function selector(make: () => selectors.BaseSelector): Receiver {
  const made = make();
  return { object: made, end: () => made.close() };
}

const plain = (object: unknown): Receiver => ({ object });

/** What is called on the running loop, and what on one apart, which the call may end or change. */
const ON_LOOP_APART = /^(stop|close|run|set|callExceptionHandler|defaultExceptionHandler)/;

export const receivers: Readonly<Record<string, Make>> = {
  ...programReceivers,
  Future: (loop) => plain(loop.createFuture()),
  Task: task,
  Handle: (loop) => {
    const handle = loop.callSoon(() => {});
    return { object: handle, end: () => handle.cancel() };
  },
  TimerHandle: (loop) => {
    const handle = loop.callLater(10_000, () => {});
    return { object: handle, end: () => handle.cancel() };
  },
  Token: () => plain(new asyncio.ContextVar<unknown>('token').set(1)),
  Runner: () => {
    const runner = new asyncio.Runner({ handleSignals: false });
    // Where it has made a loop it cannot be closed beside another that runs; that loop has never run.
    return { object: runner, end: () => Promise.allSettled([runner.close()]) };
  },
  Server: async (loop) => {
    const server = await loop.createServer(() => new asyncio.Protocol(), HOST, 0);
    return {
      object: server,
      end: async () => {
        server.close();
        await server.waitClosed();
      },
    };
  },
  StreamServer: serving,
  StreamReader: () => {
    const reader = new asyncio.StreamReader();
    reader.feedData(Buffer.from('some bytes\nand more'));
    return plain(reader);
  },
  StreamWriter: () => connected(([, writer]) => writer),
  StreamIterator: () => plain(new asyncio.StreamReader()[Symbol.asyncIterator]()),
  BaseTransport: transport,
  ReadTransport: transport,
  WriteTransport: transport,
  Transport: transport,
  DatagramTransport: datagrams,
  DatagramEndpoint: async () => {
    const endpoint = await asyncio.openDatagram({ localAddr: [HOST, 0] });
    return { object: endpoint, end: () => endpoint.abort() };
  },
  LoopView: (loop) => plain(lowlevel.viewLoop(loop)),
  Socket: socket,
  SSLContext: () => plain(clientContext()),
  ExceptionGroup: () => plain(new asyncio.ExceptionGroup('group', [new TypeError('a'), 1])),
  QueueIterator: () => plain(new QueueIterator(new asyncio.Queue())),
  Guard: async () => plain(await new asyncio.Lock().acquire()),
  Primitive: () => plain(new asyncio.Lock()),
  BaseSelector: () => selector(() => new selectors.EpollSelector()),
  EpollSelector: () => selector(() => new selectors.EpollSelector()),
  DefaultSelector: () => selector(() => new selectors.DefaultSelector()),
  PollSelector: () => selector(() => new selectors.PollSelector()),
  SelectSelector: () => selector(() => new selectors.SelectSelector()),
  SelectorMap: () => plain(new selectors.SelectorMap(new Map())),
  StreamReaderProtocol: (loop) =>
    plain(new asyncio.StreamReaderProtocol(new asyncio.StreamReader({ loop }))),
};

type MadeBy = new (...args: unknown[]) => unknown;

/** The object of the class `name` on which `member` is called. */
export async function receiverOf(
  name: string,
  member: string,
  loop: EventLoop,
): Promise<Receiver | undefined> {
  if (name === 'EventLoop') return ON_LOOP_APART.test(member) ? loopApart() : plain(loop);
  const make = receivers[name];
  if (make !== undefined) return await make(loop);
  const everything = { ...lowlevel, ...testing, ...selectors, ...asyncio } as unknown as Record<
    string,
    MadeBy
  >;
  const Class = everything[name];
  if (Class === undefined) return undefined;
  return plain(new Class(...(constructorArguments[name] ?? [])));
}

const constructorArguments: Readonly<Record<string, unknown[]>> = {
  ContextVar: ['given', { default: 1 }],
  Random: [1],
  Barrier: [2],
  CapacityLimiter: [2],
  Timeout: [undefined],
};
