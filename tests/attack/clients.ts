// Random cancels over programs that use other people's clients: fetch, node:http, node:net, readline, pipelines,
// emitters. A cancelled wait ends, whoever made the promise; what goes on afterwards is not hit.

import { EventEmitter, once } from 'node:events';
import { createServer, get } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as hostSleep } from 'node:timers/promises';
import {
  createTask,
  currentSignal,
  interruptible,
  isCancelled,
  moveOnAfter,
  newEventLoop,
  run,
  shield,
  sleep,
  timeout,
  TimeoutError,
} from '../../src/asyncio.ts';
import type { BackendName, Task } from '../../src/asyncio.ts';
import type { Random } from '../../src/testing/random.ts';
import { moving, startOthers } from './strike.ts';

type Client = (url: string, random: Random) => PromiseLike<unknown>;

const clients: readonly Client[] = [
  async (url) =>
    await (await fetch(url, { signal: currentSignal(), headers: { connection: 'close' } })).text(),
  (url) =>
    interruptible((signal) =>
      fetch(url, { signal, headers: { connection: 'close' } }).then((r) => r.text()),
    ),
  async (url) => {
    const request = get(url, { agent: false, signal: currentSignal() });
    request.on('error', () => {});
    const [response] = (await once(request, 'response', { signal: currentSignal() })) as [IncomingMessage];
    response.on('error', () => {});
    for await (const chunk of response) void chunk;
  },
  async (url) => {
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
    socket.on('error', () => {});
    try {
      await once(socket, 'connect', { signal: currentSignal() });
      socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      await interruptible(once(socket, 'data'));
    } finally {
      socket.destroy();
    }
  },
  async (_, random) => {
    const lines = new PassThrough();
    const reader = createInterface({ input: lines, signal: currentSignal() });
    lines.write('one\ntwo\n');
    const end = setTimeout(() => lines.end(), random.int(4));
    try {
      for await (const line of reader) {
        void line;
        await sleep(0);
      }
    } finally {
      clearTimeout(end);
      reader.close();
      lines.destroy();
    }
  },
  async (_, random) => {
    const slow = Readable.from(
      (async function* pieces() {
        for (let i = 0; i < 3; i++) {
          await hostSleep(random.int(2));
          yield 'piece';
        }
      })(),
    );
    const sink = new Writable({ write: (_chunk, _encoding, done) => void setImmediate(done) });
    await pipeline(slow, sink, { signal: currentSignal() });
  },
  async (_, random) => {
    const emitter = new EventEmitter();
    const timer = setTimeout(() => emitter.emit('news', 1), random.int(5));
    try {
      await once(emitter, 'news', { signal: currentSignal() });
    } finally {
      clearTimeout(timer);
    }
    if (emitter.listenerCount('news') > 0) throw new Error('a listener was left on an emitter');
  },
  async (_, random) => await hostSleep(random.int(4), undefined, { signal: currentSignal() }),
  (_, random) => shield(interruptible(hostSleep(random.int(3)))),
];

/** What may come out of a client that is cancelled, or whose time is over. */
function isExpected(error: unknown): boolean {
  if (isCancelled(error) || error instanceof TimeoutError) return true;
  if (!(error instanceof Error)) return false;
  // What node:http says to whoever reads a response whose request was aborted.
  const aborted = (error as NodeJS.ErrnoException).code === 'ECONNRESET' && error.message === 'aborted';
  return aborted || error.name === 'AbortError' || isCancelled(error.cause);
}

async function use(url: string, random: Random): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const client = random.pick(clients);
    const own = random.fork();
    try {
      const way = random.int(4);
      if (way === 0) await timeout(1 + random.int(5), () => client(url, own));
      else if (way === 1) await moveOnAfter(1 + random.int(5), () => client(url, own));
      else await client(url, own);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
    // What has ended, by itself or by its own deadline, leaves no cancel for what follows.
    if (random.oneIn(2)) await sleep(0);
    else await interruptible(hostSleep(1));
  }
}

function answer(random: Random): (request: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => {
    response.on('error', () => {});
    setTimeout(() => response.write('a'), random.int(3));
    setTimeout(() => response.end('b'), 3 + random.int(4));
  };
}

export async function foreignClients(random: Random, backend: BackendName): Promise<string> {
  const server = createServer(answer(random.fork()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const loop = newEventLoop({ backend });
  const strange: string[] = [];
  loop.setExceptionHandler(
    (_, { message, exception }) => void strange.push(`${message}: ${String(exception)}`),
  );
  const main = async (): Promise<void> => {
    const others = startOthers();
    const hit: Set<Task> = new Set();
    const tasks = Array.from({ length: 2 + random.int(6) }, () => {
      const own = random.fork();
      return createTask(() => use(url, own));
    });
    for (let i = random.int(12); i > 0; i--) {
      await sleep(random.int(3));
      const task = random.pick(tasks);
      if (task.done()) continue;
      hit.add(task);
      task.cancel(`cancel ${i}`);
      if (random.oneIn(4)) task.cancel('and once more');
    }
    await Promise.allSettled(tasks);
    for (const task of tasks) {
      if (!hit.has(task)) {
        if (task.cancelled()) throw new Error('a task that nobody cancelled was cancelled');
        if (task.exception() !== undefined) throw new Error('a task failed', { cause: task.exception() });
      } else if (!task.cancelled() && task.exception() !== undefined && !isExpected(task.exception()))
        throw new Error('a cancelled task failed', { cause: task.exception() });
    }
    await others.goOn();
  };
  try {
    await moving(run(main, { loop, handleSignals: false }), 'foreign clients');
    if (strange.length > 0) throw new Error(strange.join('; '));
    return '';
  } finally {
    server.closeAllConnections();
    const closed = once(server, 'close');
    server.close();
    await closed;
  }
}
