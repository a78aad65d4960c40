// One worker, from the start of its process to its end.
//
// 1. `ready` and `ended` are settled once each; a process that ends before it was ready fails `ready`.
// 2. One that does not end in its time after `stop` is killed.

import type { ChildProcess } from 'node:child_process';
import { Future, moveOnAfter, shield } from '../../asyncio.ts';
import type { EventLoop, SocketAddress } from '../../asyncio.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { ClusterWorkerError } from './workerError.ts';

/** Over its grace time: what the cancelled requests need, and the process itself. */
const TIME_TO_END = 10_000;

export class WorkerProcess {
  readonly #child: ChildProcess;
  /** An error is its result, since nobody may be waiting for it. */
  readonly #ready: Future<readonly SocketAddress[] | ClusterWorkerError>;
  /** Says how. */
  readonly ended: Future<string>;
  readonly since: number;
  stopping: boolean = false;
  /** It speaks TLS. */
  secure: boolean = false;

  constructor(loop: EventLoop, child: ChildProcess, task: Extract<ToWorker, { kind: 'serve' }>) {
    this.#child = child;
    this.since = loop.time();
    this.#ready = new Future({ loop });
    this.ended = new Future({ loop });
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'hello') this.#send(task);
      else if (message.kind === 'ready') {
        this.secure = message.secure;
        this.#settle(message.addresses);
      } else if (message.kind === 'failed') this.#failed(message.message, message.stack);
    });
    child.on('error', (error) => {
      this.#failed(error.message, error.stack);
      if (child.pid === undefined) this.#end('it could not be started');
    });
    child.on('exit', (code, signal) => this.#end(signal === null ? `code ${code}` : `${signal}`));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Where it listens, once it does. A cancel kills it. @throws ClusterWorkerError, and it has ended then */
  async ready(limit: number): Promise<readonly SocketAddress[]> {
    const late = this.#unready(`it took longer than ${limit} ms`);
    let outcome: readonly SocketAddress[] | ClusterWorkerError = late;
    try {
      await moveOnAfter(limit, async () => (outcome = await shield(this.#ready)));
    } catch (error) {
      this.kill();
      throw error;
    }
    if (!(outcome instanceof ClusterWorkerError)) return outcome;
    this.kill();
    throw outcome;
  }

  /** Asks it to finish what it has, and waits until it has ended. A cancel kills it. */
  async stop(graceTime: number): Promise<void> {
    this.stopping = true;
    this.#send({ kind: 'stop', graceTime });
    try {
      await moveOnAfter(graceTime + TIME_TO_END, () => shield(this.ended));
    } finally {
      this.kill();
    }
    await shield(this.ended);
  }

  kill(): void {
    if (!this.ended.done()) this.#child.kill('SIGKILL');
  }

  #failed(message: string, stack: string | undefined): void {
    const cause = new Error(message);
    if (stack !== undefined) cause.stack = stack;
    this.#settle(this.#unready(message, { cause }));
  }

  #end(how: string): void {
    if (this.ended.done()) return;
    this.ended.setResult(how);
    this.#settle(this.#unready(`it ended with ${how}`));
  }

  #unready(reason: string, options: ErrorOptions = {}): ClusterWorkerError {
    const message = `worker ${this.pid ?? 'without a process'} never became ready: ${reason}`;
    return new ClusterWorkerError(message, { ...options, pid: this.pid });
  }

  #settle(outcome: readonly SocketAddress[] | ClusterWorkerError): void {
    if (!this.#ready.done()) this.#ready.setResult(outcome);
  }

  #send(message: ToWorker): void {
    // One that has ended meanwhile is told by `exit`.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}
