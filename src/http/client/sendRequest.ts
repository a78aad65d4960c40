// A request with its policies: tries, pauses between them, copies beside them, limits of time.
//
// 1. A response that nobody is given is ended: of a try that is made again, of a copy that has lost, of a call that is
//    cancelled in the turn in which it came.
// 2. The scope that asked is that of the call, also where copies run in tasks of their own: it ends a body that nobody
//    reads.

import {
  currentSignal,
  Future,
  getRunningLoop,
  hedge,
  isCancelled,
  timeout,
  TimeoutError,
} from '../../asyncio.ts';
import type { ExceptionGroup, Timeout } from '../../asyncio.ts';
import { checkOptionNames, isInTask, toMilliseconds } from '../../lowlevel.ts';
import { ClientExchange } from './clientExchange.ts';
import { limitOf } from './clientOptions.ts';
import type { RequestPolicies } from './clientOptions.ts';
import type { ClientTransport } from './clientTransport.ts';
import type { Outgoing } from './outgoing.ts';
import { HEDGE_NAMES, RetryRules } from './retryPolicy.ts';
import type { ClientHedge } from './retryPolicy.ts';

export interface SentRequest {
  readonly outgoing: Outgoing;
  readonly policies: RequestPolicies;
  readonly transport: ClientTransport;
  /** What is on its way: the client's end ends it. */
  readonly live: Set<ClientExchange>;
}

/** @throws CancelledError, TimeoutError, HttpConnectionError, whatever the signals were aborted with */
export async function sendRequest(sending: SentRequest): Promise<Response> {
  const call = new Call(sending);
  try {
    return await call.run();
  } catch (error) {
    call.abandon(error);
    throw error;
  }
}

class Call {
  readonly #sending: SentRequest;
  readonly #rules: RetryRules;
  readonly #scope: AbortSignal | undefined = isInTask() ? currentSignal() : undefined;
  readonly #begun: number = getRunningLoop().time();
  readonly #total: number | undefined;
  /** Those whose responses nobody has put away. */
  readonly #open: Map<ClientExchange, Response | undefined> = new Map();

  constructor(sending: SentRequest) {
    this.#sending = sending;
    this.#rules = new RetryRules(sending.policies.retry);
    this.#total = limitOf(sending.policies, 'timeout');
    const { hedge: plan } = sending.policies;
    if (plan !== undefined && isPlan(plan)) checkOptionNames(plan, HEDGE_NAMES, 'hedge');
  }

  async run(): Promise<Response> {
    const total = this.#total;
    const { method, url } = this.#sending.outgoing;
    const late = (): string => `${method} ${url} was not over within ${total} ms (timeout)`;
    const response = await inTime(total, late, () => this.#tries());
    this.#keep(late);
    return response;
  }

  abandon(reason: unknown): void {
    for (const exchange of this.#open.keys()) exchange.abort(reason);
    this.#open.clear();
  }

  async #tries(): Promise<Response> {
    const { outgoing } = this.#sending;
    const rules = this.#rules;
    for (let attempt = 1; ; attempt++) {
      const last = !outgoing.again || attempt > rules.retries;
      let failed: { status: number | undefined; error: unknown; delay: number };
      try {
        const response = await this.#copies();
        const delay = last ? undefined : rules.pauseAfter(response, outgoing.method, attempt);
        if (delay === undefined) return response;
        failed = { status: response.status, error: undefined, delay };
      } catch (error) {
        if (last || !rules.isPassing(error, outgoing.method)) throw error;
        failed = { status: undefined, error, delay: rules.pause(attempt) };
      }
      this.abandon(new DOMException('the request is sent again', 'AbortError'));
      await rules.tell({ attempt, ...failed });
      await pause(failed.delay, outgoing.signal);
    }
  }

  async #copies(): Promise<Response> {
    const { outgoing, policies } = this.#sending;
    const { hedge: given } = policies;
    if (given === undefined || !outgoing.again || !this.#rules.allows(outgoing.method))
      return await this.#once();
    const options: ClientHedge = isPlan(given) ? given : { delay: given };
    let won: Response;
    try {
      won = await hedge(() => this.#once(), options);
    } catch (error) {
      if (isCancelled(error) || !(error instanceof AggregateError)) throw error;
      // The same request each time: one of its errors says it.
      throw (error as ExceptionGroup).errors[0];
    }
    for (const [exchange, response] of this.#open) {
      if (response === won) continue;
      exchange.abort(new DOMException('another copy of the request was quicker', 'AbortError'));
      this.#open.delete(exchange);
    }
    return won;
  }

  async #once(): Promise<Response> {
    const { outgoing, policies, transport, live } = this.#sending;
    const exchange = new ClientExchange(outgoing, live, limitOf(policies, 'bodyTimeout'));
    this.#open.set(exchange, undefined);
    try {
      exchange.follow(this.#scope);
      exchange.follow(outgoing.signal);
      const limit = limitOf(policies, 'tryTimeout');
      const late = (): string =>
        `${outgoing.method} ${outgoing.url} had no response within ${limit} ms (tryTimeout)`;
      const response = await inTime(limit, late, () => exchange.send(transport));
      this.#open.set(exchange, response);
      return response;
    } catch (error) {
      exchange.abort(error);
      this.#open.delete(exchange);
      throw error;
    }
  }

  // From here on it is the caller's; the limit of all of it goes on until the body ends.
  #keep(late: () => string): void {
    if (this.#total !== undefined) {
      const left = Math.max(0, this.#begun + this.#total - getRunningLoop().time());
      for (const exchange of this.#open.keys())
        if (!exchange.isOver) exchange.limit(left, () => new TimeoutError(late()));
    }
    this.#open.clear();
  }
}

function isPlan(given: NonNullable<RequestPolicies['hedge']>): given is ClientHedge {
  return typeof given === 'object' && 'delay' in given;
}

/** The caller's own signal ends a pause too. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const over = new Future<void>();
  const settle = (set: () => void): void => {
    if (!over.done()) set();
  };
  const timer = getRunningLoop().callLater(milliseconds, settle, () => over.setResult());
  const wake = (): void => settle(() => over.setException(signal?.reason));
  signal?.addEventListener('abort', wake, { once: true });
  try {
    await over;
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', wake);
  }
}

async function inTime<T>(
  milliseconds: number | undefined,
  message: () => string,
  body: () => Promise<T>,
): Promise<T> {
  if (milliseconds === undefined) return await body();
  let limit: Timeout | undefined;
  try {
    return await timeout(toMilliseconds(milliseconds), async (self) => {
      limit = self;
      return await body();
    });
  } catch (error) {
    if (error instanceof TimeoutError && limit?.expired() === true)
      throw new TimeoutError(message(), { cause: error, timeout: limit });
    throw error;
  }
}
