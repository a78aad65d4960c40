// What `serve` gives, and the server's life: one task, from the begin of the lifespan to its end.
//
// 1. Begin: lifespan, then listening. End: no new connections, the requests' grace time, cancel, the connections that are
//    left, the lifespan. Each step is taken whatever happened to the one before.
// 2. A cancel of the task begins the end; one more, or one of a `shutdown`, ends the grace time.
// 3. What does not stop is named, and left alone: the server ends all the same.

import {
  CancelScope,
  copyContext,
  createTask,
  currentTask,
  Future,
  getRunningLoop,
  isCancelled,
  moveOnAfter,
  race,
  shield,
  sleep,
  spawn,
  UsageError,
} from '../../asyncio.ts';
import type { Duration, SocketAddress, Task } from '../../asyncio.ts';
import { isInTask, toMilliseconds } from '../../lowlevel.ts';
import type { EngineServer } from '../engine/exchange.ts';
import type { TlsIdentity } from '../node/tlsIdentity.ts';
import { replaceGlobals } from '../message/globals.ts';
import type { HttpServer, HttpStatistics } from './httpServer.ts';
import { beginLifespan } from './lifespan.ts';
import type { OpenLifespan } from './lifespan.ts';
import { openEngine } from './openEngine.ts';
import { serverUrl } from './serverUrl.ts';
import { ServerCore } from './serverCore.ts';
import type { HttpHandler, HttpServeOptions, Policies } from './serveOptions.ts';

export class ServerLife<S> implements HttpServer<S> {
  readonly #core: ServerCore<S>;
  readonly #options: HttpServeOptions<S>;
  #engine: EngineServer | undefined;
  #life: Task<void> | undefined;
  #stopping: Future<void> | undefined;
  #hurrying: Future<void> | undefined;
  #graceTime: number;
  #drain: boolean = false;

  /** @internal */
  constructor(handler: HttpHandler<S>, policies: Policies, options: HttpServeOptions<S>) {
    this.#core = new ServerCore(getRunningLoop(), this, handler, policies, options.onError);
    this.#options = options;
    this.#graceTime = policies.graceTime;
  }

  get addresses(): readonly SocketAddress[] {
    return this.isServing() ? (this.#engine?.addresses ?? []) : [];
  }

  get address(): SocketAddress | undefined {
    return this.addresses[0];
  }

  get port(): number | undefined {
    const { address } = this;
    return typeof address === 'string' ? undefined : address?.[1];
  }

  get url(): string {
    return serverUrl(this.address, this.#options.tls === undefined ? 'http' : 'https');
  }

  isServing(): boolean {
    return this.#engine !== undefined && this.#stopping?.done() === false;
  }

  get connections(): number {
    return this.#engine?.connections ?? 0;
  }

  get state(): S {
    return this.#core.state;
  }

  get statistics(): HttpStatistics {
    return this.#core.statistics;
  }

  setTls(tls: TlsIdentity | readonly TlsIdentity[]): void {
    const engine = this.isServing() ? this.#engine : undefined;
    if (engine?.setTls === undefined) throw new UsageError('this server does not speak TLS, or is closed');
    engine.setTls(tls);
  }

  async serveForever(): Promise<void> {
    await this.#untilEnded(undefined);
  }

  close(): void {
    if (this.#stopping?.done() === false) this.#stopping.setResult();
  }

  async shutdown(
    options: { graceTime?: Duration | undefined; drain?: boolean | undefined } = {},
  ): Promise<void> {
    this.#checkWaiter();
    if (options.graceTime !== undefined && this.#stopping?.done() === false)
      this.#graceTime = toMilliseconds(options.graceTime, 'graceTime');
    if (this.#stopping?.done() === false) this.#drain = options.drain === true;
    this.close();
    await this.#untilEnded(0);
  }

  async waitClosed(): Promise<void> {
    this.#checkWaiter();
    const life = this.#life;
    if (life === undefined || life.done()) return;
    await (isInTask() ? shield(life) : spawn(() => shield(life)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const where = this.url || (this.address ?? 'closed');
    return `<HttpServer ${String(where)} active=${this.statistics.active}>`;
  }

  // A cancel: of `serveForever` it begins the end, of `shutdown` it ends the grace time.
  async #untilEnded(grace: number | undefined): Promise<void> {
    const life = this.#life;
    if (life === undefined || life.done()) return;
    if (!isInTask()) return await spawn(() => this.#untilEnded(grace));
    try {
      await shield(life);
    } catch (error) {
      if (!isCancelled(error) || life.done()) throw error;
      this.close();
      if (grace !== undefined) this.#hurry();
      await this.#shielded(() => shield(life));
      throw error;
    }
  }

  /** @throws UsageError for a request, which would wait for itself */
  #checkWaiter(): void {
    if (isInTask() && this.#core.isRequest(currentTask()))
      throw new UsageError(
        'the end of a server waits for its requests, so none of them can wait for it: begin it by close()',
      );
  }

  async #shielded(wait: () => PromiseLike<unknown>): Promise<void> {
    await new CancelScope({ shield: true }).run(wait);
  }

  #hurry(): void {
    if (this.#hurrying?.done() === false) this.#hurrying.setResult();
  }

  /** Begins; resolves when it listens. A cancel, or what fails, ends what was begun first. @internal */
  async _open(): Promise<void> {
    const [ready, stopping] = [new Future<void>(), new Future<void>()];
    this.#stopping = stopping;
    this.#hurrying = new Future<void>();
    const life = createTask(() => this.#live(ready, stopping), { name: 'HTTP server' });
    this.#life = life;
    try {
      await ready;
    } catch (error) {
      life.cancel();
      await this.#shielded(() => Promise.allSettled([shield(life)]));
      throw error;
    }
  }

  async #live(ready: Future<void>, stopping: Future<void>): Promise<void> {
    let lifespan: OpenLifespan<S> | undefined;
    let engine: EngineServer;
    let putBack = (): void => {};
    try {
      lifespan = await beginLifespan(this.#options.lifespan, this);
      this.#core.open(copyContext(), lifespan.state);
      if (this.#core.policies.globals) putBack = replaceGlobals();
      engine = await openEngine(this.#options, this.#core.onExchange);
    } catch (error) {
      stopping.setResult();
      putBack();
      if (lifespan !== undefined) await this.#shielded(lifespan.end);
      if (isCancelled(error)) throw error;
      ready.setException(error);
      return;
    }
    this.#engine = engine;
    if (!ready.done()) ready.setResult();
    try {
      await stopping;
    } finally {
      this.close();
      await this.#shielded(() => this.#end(engine, lifespan));
      putBack();
    }
  }

  async #end(engine: EngineServer, lifespan: OpenLifespan<S>): Promise<void> {
    const core = this.#core;
    const end = core.loop.time() + this.#graceTime;
    const hurrying = this.#hurrying as Future<void>;
    engine.stop(this.#drain);
    core.endEndless();
    const untilEnd = (): PromiseLike<unknown> =>
      end === Infinity ? new Future() : sleep(Math.max(0, end - core.loop.time()));
    const over = async (): Promise<void> => {
      if (this.#drain) await engine.closed();
      await core.idle();
    };
    await race([over, untilEnd, () => shield(hurrying)]);
    core.stop();
    await moveOnAfter(core.policies.cancelTime, () => core.idle());
    core.reportUnstopped();
    await race([() => engine.closed(), untilEnd, () => shield(hurrying)]);
    engine.abortAll();
    await engine.closed();
    await lifespan.end();
  }
}
