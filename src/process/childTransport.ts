// The transport of a child: its pipes, its end, and what its protocol is told of both.
//
// 1. `connectionMade` comes when the pipes are there, and before anything that they bring. What they bring is told in
//    the order in which it comes.
// 2. The return code is known from the moment the host has reaped the child; from then on its number is nobody we know,
//    and no signal is sent. Whoever waits for the end is woken then, whatever the pipes do.
// 3. `connectionLost` comes once, when the child has ended and all its pipes are closed: a child of its own may hold
//    them open for longer.
// 4. `close` closes the pipes, and kills a child that runs. So does the end of the loop.

import { toSignalNumber } from './signalNumber.ts';
import { Future } from '../core/future/future.ts';
import { osError } from '../base/osError.ts';
import type { Loop } from '../loop/loop.ts';
import { sendSignal } from '../sys/host/childProcess.ts';
import type { HostChild } from '../sys/host/childProcess.ts';
import { report } from '../sys/host/report.ts';
import { ESRCH } from '../sys/libc/errno.ts';
import { LifeCycle } from '../transport/lifeCycle.ts';
import type { Living } from '../transport/lifeCycle.ts';
import type { ReadTransport, WriteTransport } from '../transport/transport.ts';
import type { ChildPipes } from './childPipes.ts';
import type { ChildRequest } from './command.ts';
import { ExitWaiters } from './exitWaiters.ts';
import { FeedProtocol, feedChild } from './feedChild.ts';
import { PipeProtocol } from './pipeProtocol.ts';
import type { SubprocessProtocol } from './subprocessProtocol.ts';
import type { Signal } from './signals/signalName.ts';
import { SubprocessTransport } from './subprocessTransport.ts';

/** How a child is called in reports, and what becomes of it at the end of its loop's last run. */
interface Ending {
  describe(): string;
  finish(): Promise<void>;
}

/** The life cycle of a transport that is no connection. */
class ChildLife extends LifeCycle<SubprocessProtocol> {
  readonly #ending: Ending;

  constructor(loop: Loop, transport: Living & Ending, protocol: object, pid: number) {
    super(loop, transport, protocol, { extra: { subprocess: pid } });
    this.#ending = transport;
  }

  override loopDescription(): string {
    return this.#ending.describe();
  }

  loopEnding(): Promise<void> {
    return this.#ending.finish();
  }
}

export class ChildTransport extends SubprocessTransport implements Living, Ending {
  readonly #child: HostChild;
  readonly #program: string;
  readonly #life: ChildLife;
  readonly #waiters: ExitWaiters = new ExitWaiters(this);
  readonly #pipes: Map<number, ReadTransport | WriteTransport> = new Map();
  /** The pipe that is fed from a stream, and is nobody else's. */
  #fed: WriteTransport | undefined = undefined;
  #openPipes: number = 0;
  #returncode: number | undefined = undefined;
  #closed: boolean = false;
  /** Settled when nothing is left of it. */
  #over: Future<void> | undefined = undefined;

  constructor(
    loop: Loop,
    child: HostChild,
    pipes: ChildPipes,
    { command, feed }: ChildRequest,
    protocol: object,
    waiter?: Future<void>,
  ) {
    super();
    this.#child = child;
    this.#program = command.name ?? command.file;
    this.#life = new ChildLife(loop, this, protocol, this.getPid());
    const told = { life: this.#life, lost: this.#pipeLost };
    for (const fd of pipes.piped) {
      if (fd === 0 && feed !== undefined) {
        const fed = new FeedProtocol(loop, this.#pipeLost);
        this.#fed = pipes.open(fd, child, fed) as WriteTransport;
        feedChild(loop, feed, this.#fed, fed, `stdin of ${this.#program}`);
      } else this.#pipes.set(fd, pipes.open(fd, child, new PipeProtocol(told, fd)));
      this.#openPipes++;
    }
    // The pipes begin before: their callbacks are scheduled already.
    this.#life.begin(undefined, waiter);
  }

  getPid(): number {
    return this.#child.pid as number;
  }

  getReturncode(): number | undefined {
    return this.#returncode;
  }

  getPipeTransport(fd: 0): WriteTransport | undefined;
  getPipeTransport(fd: 1 | 2): ReadTransport | undefined;
  getPipeTransport(fd: number): ReadTransport | WriteTransport | undefined;
  getPipeTransport(fd: number): ReadTransport | WriteTransport | undefined {
    return this.#pipes.get(fd);
  }

  sendSignal(signal: Signal): void {
    const number = toSignalNumber(signal);
    if (this.#returncode !== undefined) {
      const reason = `the process has ended (returncode ${this.#returncode})`;
      throw osError({ errno: ESRCH, code: 'ESRCH', syscall: 'kill', reason });
    }
    sendSignal(this.getPid(), number);
  }

  terminate(): void {
    this.sendSignal('SIGTERM');
  }

  kill(): void {
    this.sendSignal('SIGKILL');
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return this.#life.getExtraInfo(name, fallback);
  }

  setProtocol(protocol: unknown): void {
    this.#life.setProtocol(protocol);
  }

  getProtocol(): unknown {
    return this.#life.protocol;
  }

  isClosing(): boolean {
    return this.#closed;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#life.close();
    for (const pipe of this.#pipes.values()) pipe.close();
    this.#fed?.close();
    this.#end();
  }

  /** Waits until the child has ended. Cancelling ends the wait only. */
  exited(): Promise<number> {
    return this.#returncode === undefined ? this.#waiters.wait() : Promise.resolve(this.#returncode);
  }

  /** The host has reaped the child. */
  reaped(returncode: number): void {
    this.#returncode = returncode;
    if (this.#life.over) return;
    this.#life.callSoon(() => {
      this.#life.tell('processExited', (protocol) => protocol.processExited());
      this.#waiters.wakeAll();
      this.#tryFinish();
    });
  }

  readonly #pipeLost = (): void => {
    this.#openPipes--;
    this.#tryFinish();
  };

  #tryFinish(): void {
    if (this.#returncode !== undefined && this.#openPipes === 0) this.#life.lose(undefined);
  }

  #end(): void {
    if (this.#returncode !== undefined) return;
    try {
      this.kill();
    } catch {
      // It has ended, and the host is about to tell; or it has become another user's.
    }
  }

  /** The last run of the loop is over: of a child that has ended only the pipes are left. One that still runs was
   * forgotten, and is killed with the loop. @internal */
  async finish(): Promise<void> {
    if (this.#returncode === undefined || this.#life.over) return;
    this.#over ??= new Future<void>({ loop: this.#life.loop });
    this.close();
    (this.#pipes.get(0) as WriteTransport | undefined)?.abort();
    this.#fed?.abort();
    await this.#over;
  }

  /** @internal */
  keepAlive(keep: boolean): void {
    this.#child.keepAlive(keep);
  }

  /** @internal */
  release(): void {
    if (this.#over?.done() === false) this.#over.setResult();
    if (this.#returncode !== undefined) return;
    if (this.#life.loop.getDebug())
      report('warning', () => `${this.describe()} still ran when its loop was closed, and was killed`);
    this.#end();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.describe();
  }

  /** @internal */
  describe(): string {
    const state = this.#returncode === undefined ? 'running' : `returncode=${this.#returncode}`;
    return `<SubprocessTransport${this.#closed ? ' closed' : ''} pid=${this.getPid()} ${this.#program} ${state}>`;
  }
}
