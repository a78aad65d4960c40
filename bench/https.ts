// What HTTPS would cost on the library's own engine, over its TLS transport, beside what it costs on node:https.
//
//   node --conditions=asyncio-ts-source bench/https.ts [bytes of a response] [rounds] [requests a round]
//
// Each server is a process of its own; they take turns within a run, with twenty connections that are kept. What is shown is
// the processor time of the server for a request, the least and the median of the rounds, and how many times less it is than
// node:https. The engine is told nothing of TLS: its listening socket is given a context behind its back, which no program can
// do, since memory that is used again is not safe on that transport.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import process from 'node:process';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { getRunningLoop, run } from '../src/asyncio.ts';
import type { EventLoop } from '../src/asyncio.ts';
import { serve } from '../src/http/http.ts';
import { pem, serverContext } from '../tests/net/tls/contexts.ts';

const KINDS = [
  'node:https',
  'serve with tls',
  'own engine over TLS',
  'node:http',
  'own engine, no TLS',
] as const;
type Kind = (typeof KINDS)[number];
const overTls = (kind: Kind): boolean => KINDS.indexOf(kind) < 3;
const CONNECTIONS = 20;

interface Told {
  readonly port?: number;
  readonly cpu?: number;
}

async function beServer(kind: Kind, size: number): Promise<void> {
  const tell = (told: Told): void => void process.send?.(told);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    tell({ cpu: user + system });
  });
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  const body = 'x'.repeat(size);
  if (kind === 'node:https' || kind === 'node:http') {
    const answer: RequestListener = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': size }).end(body);
    const server = kind === 'node:http' ? createServer(answer) : createHttpsServer(pem('server'), answer);
    server.keepAliveTimeout = 0;
    server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));
    return;
  }
  await run(async () => {
    if (kind === 'own engine over TLS') {
      const loop = getRunningLoop();
      const listen = loop.createServer.bind(loop) as (...args: readonly unknown[]) => unknown;
      const withTls: unknown = (make: unknown, host: unknown, port: unknown) =>
        listen(make, host, port, { ssl: serverContext() });
      loop.createServer = withTls as EventLoop['createServer'];
    }
    const answer = (): Response => new Response(body, { headers: { 'content-type': 'text/plain' } });
    const server = await serve(answer, {
      host: '127.0.0.1',
      keepAliveTimeout: Infinity,
      ...(kind === 'serve with tls' ? { tls: pem('server'), http2: false } : { engine: 'asyncio' }),
    });
    tell({ port: server.port as number });
    await server.serveForever();
  });
}

class Measured {
  readonly kind: Kind;
  readonly #size: number;
  readonly #child: ChildProcess;
  readonly #connections: Socket[] = [];
  readonly costs: number[] = [];

  constructor(kind: Kind, size: number) {
    this.kind = kind;
    this.#size = size;
    this.#child = fork(fileURLToPath(import.meta.url), ['serve', kind, String(size)]);
  }

  async begin(): Promise<void> {
    const { port } = await this.#told();
    const to = { port: port as number, host: '127.0.0.1' };
    for (let index = 0; index < CONNECTIONS; index++) {
      const socket = overTls(this.kind)
        ? connectTls({ ...to, servername: 'localhost', rejectUnauthorized: false })
        : connect(to);
      await once(socket, overTls(this.kind) ? 'secureConnect' : 'connect');
      this.#connections.push(socket);
    }
  }

  async round(requests: number): Promise<void> {
    const before = await this.#cpu();
    let left = requests;
    const next = (): boolean => left-- > 0;
    await Promise.all(this.#connections.map((socket) => this.#ask(socket, next)));
    this.costs.push(((await this.#cpu()) - before) / requests);
  }

  #ask(socket: Socket, next: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      let missing = 0;
      const ask = (): void => {
        missing = -1;
        if (next()) socket.write('GET /tea HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n\r\n');
        else resolve(void socket.off('data', take));
      };
      const take = (data: Buffer): void => {
        if (missing < 0) missing = data.indexOf('\r\n\r\n') + 4 + this.#size;
        missing -= data.length;
        if (missing === 0) ask();
      };
      socket.on('data', take);
      ask();
    });
  }

  async #cpu(): Promise<number> {
    this.#child.send('cpu');
    return (await this.#told()).cpu as number;
  }

  async #told(): Promise<Told> {
    const [told] = (await once(this.#child, 'message')) as [Told];
    return told;
  }

  end(): void {
    for (const socket of this.#connections) socket.destroy();
    this.#child.kill('SIGKILL');
  }
}

async function compare(size: number, rounds: number, requests: number): Promise<void> {
  const servers = KINDS.map((kind) => new Measured(kind, size));
  for (const server of servers) await server.begin();
  for (let round = -1; round < rounds; round++)
    for (const server of servers) {
      await server.round(requests);
      if (round < 0) server.costs.pop();
    }
  const least = (server: Measured): number => Math.min(...server.costs);
  const median = ({ costs }: Measured): number =>
    costs.toSorted((a, b) => a - b)[costs.length >> 1] as number;
  const [host] = servers as [Measured];
  for (const server of servers) {
    const times = [least, median].map(
      (of) => `${of(server).toFixed(1)} µs (× ${(of(host) / of(server)).toFixed(2)})`,
    );
    console.log(`${server.kind.padEnd(22)}${times.join('  ')}`);
    server.end();
  }
}

const [first, kind, bytes] = process.argv.slice(2);
if (first === 'serve') await beServer(kind as Kind, Number(bytes));
else {
  const [size = 12, rounds = 16, requests = 4000] = process.argv.slice(2).map(Number);
  await compare(size, rounds, requests);
}
