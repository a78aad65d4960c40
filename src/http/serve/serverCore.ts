// What the parts of a server share: its policies, its requests, and what is told of them.
//
// 1. Every exchange that the engine hands out becomes a request or is refused here, and is counted once: `started` is the
//    sum of `answered`, `failed`, `cancelled` and `active`; `refused` stands beside it.
// 2. A request is active from its first step until its task has ended.

import { createTask, Future, isCancelled, wrapFuture } from '../../asyncio.ts';
import type { Context, EventLoop, Task } from '../../asyncio.ts';
import type { Exchange, ExchangeKeeper } from '../engine/exchange.ts';
import { CallList } from './callList.ts';
import type { HttpServer, HttpStatistics } from './httpServer.ts';
import { RequestCall } from './requestCall.ts';
import type { RequestKeeper } from './requestCall.ts';
import type { HttpHandler, HttpServeOptions, Policies } from './serveOptions.ts';

export class ServerCore<S> implements ExchangeKeeper, RequestKeeper<S> {
  readonly loop: EventLoop;
  readonly server: HttpServer<S>;
  readonly handler: HttpHandler<S>;
  readonly policies: Policies;
  readonly onError: HttpServeOptions<S>['onError'];
  readonly #active: CallList<RequestCall<S>> = new CallList();
  readonly #work: Set<Future<unknown>> = new Set();
  readonly #counts: {
    started: number;
    answered: number;
    failed: number;
    cancelled: number;
    refused: number;
  } = {
    started: 0,
    answered: 0,
    failed: 0,
    cancelled: 0,
    refused: 0,
  };
  #context: Context | undefined;
  #state: S | undefined;
  #ending: boolean = false;
  #stopped: boolean = false;
  #idle: Future<void> | undefined;

  constructor(
    loop: EventLoop,
    server: HttpServer<S>,
    handler: HttpHandler<S>,
    policies: Policies,
    onError: HttpServeOptions<S>['onError'],
  ) {
    this.loop = loop;
    this.server = server;
    this.handler = handler;
    this.policies = policies;
    this.onError = onError;
  }

  get state(): S {
    return this.#state as S;
  }

  get statistics(): HttpStatistics {
    return { ...this.#counts, active: this.#active.size };
  }

  /** From now on requests are served. */
  open(context: Context, state: S): void {
    this.#context = context;
    this.#state = state;
  }

  readonly onExchange = (exchange: Exchange): void => {
    if (this.#stopped || this.#active.size >= this.policies.maxRequests) {
      this.#counts.refused++;
      exchange.keeper = silent;
      this.sendStatus(exchange, 503);
      return;
    }
    const call = new RequestCall(this, exchange);
    exchange.keeper = this;
    exchange.tag = call;
    this.#active.add(call);
    this.#counts.started++;
    call.start((this.#context as Context).copy());
  };

  signalOf(exchange: Exchange): AbortSignal {
    return (exchange.tag as RequestCall<S>).signal;
  }

  clientGone(exchange: Exchange): void {
    (exchange.tag as RequestCall<S>).clientGone();
  }

  ended(): void {}

  finished(call: RequestCall<S>): void {
    this.#active.remove(call);
    this.#counts[call.outcome]++;
    this.#checkIdle();
  }

  /** A response of the server's own, whose connection goes on where it can. */
  sendStatus(exchange: Exchange, status: number): void {
    const fields = ['content-type', 'text/plain; charset=utf-8'];
    if (status === 503) fields.push('retry-after', `${this.policies.retryAfter}`);
    exchange.discardBody();
    exchange.send(status, '', fields, `${statusTexts[status] ?? 'Error'}\n`);
  }

  waitUntil(work: PromiseLike<unknown> | (() => PromiseLike<unknown>), title: string): void {
    const { loop } = this;
    const future: Future<unknown> =
      typeof work === 'function' ? createTask(work, { loop, name: `after ${title}` }) : wrapFuture(work);
    this.#work.add(future);
    // What a cancelled handler leaves on its way out: nobody would cancel it later.
    if (this.#stopped) future.cancel(SHUTDOWN);
    future.addDoneCallback(() => {
      this.#work.delete(future);
      const error = future.cancelled() ? undefined : future.exception();
      if (error !== undefined && !isCancelled(error))
        this.report(`what ${title} left to be done failed`, error, undefined);
      this.#checkIdle();
    });
  }

  report(message: string, exception: unknown, task: Task<unknown> | undefined): void {
    this.loop.callExceptionHandler({
      message,
      exception,
      ...(task !== undefined && { task }),
      server: this.server,
    });
  }

  /** Whether this is the task of a request that is at work. */
  isRequest(task: Task<unknown> | undefined): boolean {
    for (const call of this.#active) if (call.task === task) return true;
    return false;
  }

  get isEnding(): boolean {
    return this.#ending;
  }

  /** Responses that would go on for ever end. */
  endEndless(): void {
    this.#ending = true;
    for (const call of this.#active) call.endEarly();
  }

  /** Answers, and cancels, what is at work. */
  stop(): void {
    this.#stopped = true;
    for (const call of this.#active) call.stop();
    for (const work of this.#work) work.cancel(SHUTDOWN);
  }

  /** Resolves when nothing is at work. */
  async idle(): Promise<void> {
    while (this.#active.size + this.#work.size > 0) {
      this.#idle = new Future<void>({ loop: this.loop });
      await this.#idle;
    }
  }

  /** Names what does not stop. */
  reportUnstopped(): void {
    const tasks: (Future<unknown> | undefined)[] = Array.from(this.#active, (call) => call.task);
    tasks.push(...this.#work);
    if (tasks.length === 0) return;
    const names = [...Array.from(this.#active, (call) => call.title), ...Array.from(this.#work, String)];
    const { cancelTime } = this.policies;
    const message = `${names.length} of the server's tasks did not stop within ${cancelTime} ms: ${names.join(', ')}`;
    this.loop.callExceptionHandler({ message, server: this.server, tasks });
  }

  #checkIdle(): void {
    if (this.#active.size + this.#work.size === 0 && this.#idle?.done() === false) this.#idle.setResult();
  }
}

const SHUTDOWN = 'the server shuts down';

/** Of exchanges that were refused. */
const silent: ExchangeKeeper = { clientGone: () => {}, ended: () => {} };

const statusTexts: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};
