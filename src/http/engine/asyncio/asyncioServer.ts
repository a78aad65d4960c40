// A server of the engine's: it listens, knows its connections, and has one timer for all of them.
//
// 1. Deadlines are counted in ticks. Each tick looks at every connection, which costs less than a timer for each
//    request: ten thousand connections are looked at in some 50 µs.
// 2. The timer runs while there are connections.

import { copyContext } from '../../../asyncio.ts';
import type { Context, EventLoop, Server, SocketAddress, TimerHandle } from '../../../asyncio.ts';
import type { EngineLimits, EngineOptions, EngineServer, OnExchange } from '../exchange.ts';
import { completeLimits } from '../limits.ts';
import { Connection } from './connection.ts';
import type { Owned, Owner } from './owner.ts';
import type { Llhttp } from './llhttp.ts';
import { tellTime } from './responseHead.ts';

const LONGEST_TICK = 500;
const SHORTEST_TICK = 10;

export class AsyncioServer implements EngineServer, Owner {
  readonly loop: EventLoop;
  readonly llhttp: Llhttp;
  readonly limits: EngineLimits;
  readonly onExchange: OnExchange;
  stopping: boolean = false;
  readonly #options: EngineOptions;
  readonly #context: Context = copyContext();
  readonly #connections: Set<Owned> = new Set();
  readonly #tickTime: number;
  #tick: number = 0;
  #timer: TimerHandle | undefined = undefined;
  #servers: readonly Server[] = [];

  constructor(loop: EventLoop, llhttp: Llhttp, options: EngineOptions, onExchange: OnExchange) {
    this.loop = loop;
    this.llhttp = llhttp;
    this.limits = completeLimits(options.limits);
    this.onExchange = onExchange;
    this.#options = options;
    const { headTimeout, requestTimeout, keepAliveTimeout } = this.limits;
    const shortest = Math.min(headTimeout, requestTimeout, keepAliveTimeout);
    this.#tickTime = Math.min(LONGEST_TICK, Math.max(SHORTEST_TICK, shortest / 5));
  }

  /** Begins to listen. */
  async listen(): Promise<void> {
    const { host, port, path, fd, backlog, reusePort } = this.#options;
    const make = (): Connection => new Connection(this);
    if (fd !== undefined) this.#servers = await this.#takeOver(fd, make);
    else if (path !== undefined)
      this.#servers = [await this.loop.createUnixServer(make, path, { backlog })];
    else this.#servers = [await this.loop.createServer(make, host, port ?? 0, { backlog, reusePort })];
  }

  async #takeOver(fds: readonly number[], make: () => Connection): Promise<Server[]> {
    const { Socket } = await import('../../../socket.ts');
    const { backlog } = this.#options;
    const servers: Server[] = [];
    for (const fd of fds)
      servers.push(
        await this.loop.createServer(make, undefined, undefined, { sock: Socket.fromFd(fd), backlog }),
      );
    return servers;
  }

  get addresses(): readonly SocketAddress[] {
    return this.#servers.flatMap(({ sockets }) => sockets.map((socket) => socket.getsockname()));
  }

  get connections(): number {
    return this.#connections.size;
  }

  stop(drain: boolean): void {
    if (this.stopping) return;
    this.stopping = true;
    for (const server of this.#servers) server.close();
    if (drain) return;
    for (const connection of [...this.#connections]) connection.stop();
  }

  abortAll(): void {
    for (const server of this.#servers) server.abortClients();
  }

  async closed(): Promise<void> {
    for (const server of this.#servers) await server.waitClosed();
  }

  tickIn(time: number): number {
    return this.#tick + 1 + Math.ceil(time / this.#tickTime);
  }

  made(connection: Owned): void {
    this.#connections.add(connection);
    if (this.#connections.size >= this.limits.maxConnections)
      for (const server of this.#servers) server.pauseAccepting();
    if (this.#timer !== undefined) return;
    tellTime(Date.now());
    this.#arm();
  }

  lost(connection: Owned): void {
    this.#connections.delete(connection);
    if (this.#connections.size === this.limits.maxConnections - 1)
      for (const server of this.#servers) server.resumeAccepting();
    if (this.#connections.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  refused(status: number, reason: string, { remoteAddress }: Owned): void {
    this.#options.onRefused?.({ status, reason, remoteAddress });
  }

  goOnSoon(connection: Owned): void {
    this.loop.callSoonIn(this.#context, () => connection.goOn());
  }

  #arm(): void {
    this.#timer = this.loop.callLaterIn(this.#context, this.#tickTime, () => this.#ticked());
  }

  #ticked(): void {
    this.#tick++;
    tellTime(Date.now());
    for (const connection of this.#connections) if (connection.deadline <= this.#tick) connection.expired();
    if (this.#connections.size > 0) this.#arm();
    else this.#timer = undefined;
  }
}
