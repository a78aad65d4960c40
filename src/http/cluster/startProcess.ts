// How the process of a worker is started, and how it comes by the listening socket.
//
// 1. Where the loop has sockets of its own the cluster binds, and each worker inherits the descriptor. All share one queue
//    of connections, which outlives every worker: what waits there when one stops is taken by another. (With a socket for
//    each worker, as SO_REUSEPORT gives, the system resets what waits in the queue of one that closes.)
// 2. Elsewhere it is node:cluster: the parent accepts and hands connections on, and takes those back that come to a worker
//    that has closed.

import cluster from 'node:cluster';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { Future, Protocol } from '../../asyncio.ts';
import type { EventLoop, SocketAddress } from '../../asyncio.ts';
import { fromHostError } from '../../lowlevel.ts';
import type { Socket } from '../../socket.ts';
import type { ServeClusterOptions } from './clusterOptions.ts';
import type { Listening } from './protocol.ts';

/** True in dist/bundle, where scripts/build.mjs defines it; there is no such variable elsewhere. */
declare const asyncioBundle: true | undefined;

/** Starts workers that share what listens. */
export interface Starter {
  readonly listening: Listening;
  /** Where that is: node:http does not know the address of a Unix socket that was inherited. */
  readonly addresses: readonly SocketAddress[];
  start(): ChildProcess;
  close(): void;
}

/** The first descriptor behind those of the standard streams and the channel. */
const FIRST = 4;
const BACKLOG = 1024;

/** Binds, where that is the parent's. @throws OSError */
export async function openStarter(
  loop: EventLoop,
  module: URL,
  options: ServeClusterOptions,
): Promise<Starter> {
  const { env, args = [], execArgv = process.execArgv } = options;
  const path = module.protocol === 'file:' ? fileURLToPath(module) : module.href;
  const common = {
    execArgv: [...execArgv, '--input-type=module', '--eval', `await import(${JSON.stringify(program())});`],
    serialization: 'advanced' as const,
  };
  const whole = { ...process.env, ...env };
  if (loop.backend.name !== 'selector') return await clusterStarter(path, args, common, whole, options);
  const server = await bind(loop, options);
  // On this backend they are.
  const sockets = server.sockets as readonly Socket[];
  for (const socket of sockets) socket.listen(options.backlog ?? BACKLOG);
  return {
    listening: { fd: sockets.map((_, index) => FIRST + index) },
    addresses: sockets.map((socket) => socket.getsockname()),
    start: () =>
      fork(path, args, {
        ...common,
        env: whole,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...sockets.map((socket) => socket.fileno())],
      }),
    close: () => server.close(),
  };
}

type Bound = Awaited<ReturnType<EventLoop['createServer']>>;

async function bind(loop: EventLoop, { host, port, path, backlog }: ServeClusterOptions): Promise<Bound> {
  const make = (): Protocol => new Protocol();
  const options = { startServing: false, ...(backlog !== undefined && { backlog }) };
  return path === undefined
    ? await loop.createServer(make, host, port ?? 0, options)
    : await loop.createUnixServer(make, path, options);
}

async function clusterStarter(
  exec: string,
  args: readonly string[],
  common: { execArgv: string[]; serialization: 'advanced' },
  env: NodeJS.ProcessEnv,
  { host, port, path }: ServeClusterOptions,
): Promise<Starter> {
  const chosen = path === undefined ? (port ?? 0) || (await freePort()) : undefined;
  return {
    listening: { host, port: chosen, path, engine: 'node' },
    addresses: [],
    start() {
      // It is for the whole process, and read at each fork.
      cluster.setupPrimary({
        ...common,
        exec,
        args: [...args],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      return cluster.fork(env).process;
    },
    close: () => {},
  };
}

/** All workers are to have the same. */
async function freePort(): Promise<number> {
  const found = new Future<number>();
  const server = createServer();
  server.once('error', (error) => found.setException(fromHostError(error)));
  server.listen(0, () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => found.setResult(port));
  });
  return await found;
}

function program(): string {
  // In a variable, so that bundlers leave the address alone.
  const here = import.meta.url;
  if (typeof asyncioBundle !== 'undefined') return new URL('./clusterWorker.js', here).href;
  return new URL(`./worker/main${here.endsWith('.ts') ? '.ts' : '.js'}`, here).href;
}
