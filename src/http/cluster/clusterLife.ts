// What `serveCluster` gives, and the cluster's life: one task, from the binding to the end of the last worker.
//
// 1. It is open when every worker serves; when one can't, none is left.
// 2. The end stops all workers side by side, those too that a restart has just started.
// 3. A worker that ends by itself is replaced; one that was asked to is not.

import {
  CancelScope,
  createTask,
  Future,
  gather,
  getRunningLoop,
  isCancelled,
  shield,
  spawn,
  UsageError,
} from '../../asyncio.ts';
import type { Duration, EventLoop, SocketAddress, Task } from '../../asyncio.ts';
import { addResource, peekRunningLoop, toMilliseconds } from '../../lowlevel.ts';
import { serverUrl } from '../serve/serverUrl.ts';
import type { Cluster, ClusterWorker } from './cluster.ts';
import { timesOf, workerOptions } from './clusterOptions.ts';
import type { ClusterTimes, ServeClusterOptions } from './clusterOptions.ts';
import type { ToWorker } from './protocol.ts';
import { Slot } from './slot.ts';
import type { SlotKeeper } from './slot.ts';
import { openStarter } from './startProcess.ts';
import type { Starter } from './startProcess.ts';
import { WorkerProcess } from './workerProcess.ts';

export class ClusterLife implements Cluster, SlotKeeper {
  readonly #loop: EventLoop = getRunningLoop();
  readonly #module: URL;
  readonly #options: ServeClusterOptions;
  readonly #times: ClusterTimes;
  readonly #forWorkers: Extract<ToWorker, { kind: 'serve' }>['options'];
  readonly #slots: readonly Slot[];
  readonly #alive: Set<WorkerProcess> = new Set();
  readonly #stopping: Future<void> = new Future();
  #addresses: readonly SocketAddress[] = [];
  #secure: boolean = false;
  #starter: Starter | undefined;
  #life: Task<void> | undefined;
  #restarting: Task<void> | undefined;
  #graceTime: number;

  /** @throws InvalidArgumentError @internal */
  constructor(module: URL, options: ServeClusterOptions) {
    this.#module = module;
    this.#options = options;
    this.#times = timesOf(options);
    this.#graceTime = this.#times.graceTime;
    this.#forWorkers = workerOptions(options);
    this.#slots = Array.from({ length: this.#times.workers }, () => new Slot(this));
  }

  get addresses(): readonly SocketAddress[] {
    return this.isServing() ? this.#addresses : [];
  }

  get port(): number | undefined {
    const [address] = this.addresses;
    return typeof address === 'string' ? undefined : address?.[1];
  }

  get url(): string {
    return serverUrl(this.addresses[0], this.#secure ? 'https' : 'http');
  }

  get workers(): readonly ClusterWorker[] {
    return this.#slots.map(({ current, restarts }) => ({
      pid: current?.ended.done() === false ? current.pid : undefined,
      restarts,
    }));
  }

  isServing(): boolean {
    return this.#addresses.length > 0 && !this.#stopping.done();
  }

  async restart(): Promise<void> {
    if (!this.isServing()) throw new UsageError('the cluster is shut down: there is nothing to restart');
    if (peekRunningLoop() === undefined) return await spawn(() => this.restart());
    // Those who ask while one is under way want what was changed since.
    while (this.#restarting !== undefined) await Promise.allSettled([shield(this.#restarting)]);
    const task = createTask(() => this.#restartAll(), { name: 'rolling restart' });
    this.#restarting = task;
    task.addDoneCallback(() => (this.#restarting = undefined));
    await task;
  }

  close(): void {
    if (!this.#stopping.done()) this.#stopping.setResult();
  }

  async serveForever(): Promise<void> {
    await this.#untilEnded();
  }

  async shutdown(options: { graceTime?: Duration | undefined } = {}): Promise<void> {
    if (options.graceTime !== undefined && !this.#stopping.done())
      this.#graceTime = toMilliseconds(options.graceTime, 'graceTime');
    this.close();
    await this.#untilEnded();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<Cluster ${this.url || 'closed'} workers=${this.workers.length}>`;
  }

  get restartDelay(): number {
    return this.#times.restartDelay;
  }

  get maxRestartDelay(): number {
    return this.#times.maxRestartDelay;
  }

  get graceTime(): number {
    return this.#graceTime;
  }

  time(): number {
    return this.#loop.time();
  }

  report(message: string, exception?: unknown): void {
    this.#loop.callExceptionHandler({
      message,
      cluster: this,
      ...(exception !== undefined && { exception }),
    });
  }

  async startWorker(): Promise<WorkerProcess> {
    const starter = this.#starter as Starter;
    if (this.#stopping.done()) throw new UsageError('the cluster is being shut down');
    const worker = new WorkerProcess(this.#loop, starter.start(), {
      kind: 'serve',
      module: this.#module.href,
      listening: starter.listening,
      options: this.#forWorkers,
    });
    this.#alive.add(worker);
    worker.ended.addDoneCallback(() => this.#alive.delete(worker));
    const addresses = await worker.ready(this.#times.readyTimeout);
    this.#addresses = starter.addresses.length > 0 ? starter.addresses : addresses;
    this.#secure = worker.secure;
    return worker;
  }

  /** Resolves when all workers serve. A cancel, or what fails, leaves none. @internal */
  async _open(): Promise<void> {
    const ready = new Future<void>();
    const life = createTask(() => this.#live(ready), { name: 'HTTP cluster' });
    this.#life = life;
    try {
      await ready;
    } catch (error) {
      life.cancel();
      await this.#shielded(() => Promise.allSettled([shield(life)]));
      throw error;
    }
  }

  async #live(ready: Future<void>): Promise<void> {
    try {
      this.#starter = await openStarter(this.#loop, this.#module, this.#options);
    } catch (error) {
      if (isCancelled(error)) throw error;
      return ready.setException(error);
    }
    const release = addResource(this.#loop, {
      description: 'HTTP cluster',
      close: () => this.#killAll(),
      isClosing: () => this.#stopping.done(),
    });
    try {
      await this.#serve(ready);
    } finally {
      release();
    }
  }

  async #serve(ready: Future<void>): Promise<void> {
    let keepers: Task<void>[] = [];
    let handled = (): void => {};
    try {
      await gather(...this.#slots.map((slot) => () => slot.start()));
      keepers = this.#slots.map((slot, index) =>
        createTask(() => slot.keep(), { name: `keeper of worker ${index}` }),
      );
      if (this.#options.signals !== false) handled = this.#handleSignals();
      if (!ready.done()) ready.setResult();
      await shield(this.#stopping);
    } catch (error) {
      this.close();
      if (ready.done() || isCancelled(error)) throw error;
      this.#killAll();
      ready.setException(error);
    } finally {
      this.close();
      await this.#shielded(() => this.#end(keepers));
      handled();
    }
  }

  async #end(keepers: readonly Task<void>[]): Promise<void> {
    const others = [...keepers];
    if (this.#restarting !== undefined) others.push(this.#restarting);
    // What they have at hand is stopped with the rest, so that nothing of it is killed.
    const stops = [...this.#alive].map((worker) => () => worker.stop(this.#graceTime));
    const stopped = gather(...stops);
    for (const task of keepers) task.cancel();
    this.#starter?.close();
    await stopped;
    await Promise.allSettled(others.map((task) => shield(task)));
  }

  async #restartAll(): Promise<void> {
    for (const slot of this.#slots) await slot.restart();
  }

  #killAll(): void {
    for (const worker of this.#alive) worker.kill();
  }

  #handleSignals(): () => void {
    const loop = this.#loop;
    const restart = (): void => {
      const task = createTask(() => this.restart(), { loop, name: 'restart by SIGHUP' });
      task.addDoneCallback(() => {
        const error = task.cancelled() ? undefined : task.exception();
        if (error !== undefined) this.report('the rolling restart failed: the old workers go on', error);
      });
    };
    const handlers = [
      ['SIGTERM', () => this.close()],
      ['SIGINT', () => this.close()],
      ['SIGHUP', restart],
    ] as const;
    for (const [signal, handler] of handlers) loop.addSignalHandler(signal, handler);
    return () => {
      for (const [signal] of handlers) loop.removeSignalHandler(signal);
    };
  }

  // A cancel begins the end, and is thrown when it has come.
  async #untilEnded(): Promise<void> {
    const life = this.#life;
    if (life === undefined || life.done()) return;
    if (peekRunningLoop() === undefined) return await spawn(() => this.#untilEnded());
    try {
      await shield(life);
    } catch (error) {
      if (!isCancelled(error) || life.done()) throw error;
      this.close();
      await this.#shielded(() => shield(life));
      throw error;
    }
  }

  async #shielded(wait: () => PromiseLike<unknown>): Promise<void> {
    await new CancelScope({ shield: true }).run(wait);
  }
}
