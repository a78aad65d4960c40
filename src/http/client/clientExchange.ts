// One try of a request, from its start to the last byte of the response's body.
//
// 1. It has one AbortController. Whatever ends it early aborts that: a cancel that is thrown at a wait for it, the signal
//    of the code that asked, the caller's own signal, a limit of time, the end of the client. Then the connection is
//    closed, and nothing of it goes on.
// 2. When the body has ended, or is left, nothing of it holds on to those.
// 3. The response is one of the platform's, whatever carried it (receivedResponse.ts). A body that nobody reads is ended with
//    the scope that asked.

import { getRunningLoop, isCancelled, TimeoutError, wrapFuture } from '../../asyncio.ts';
import { explainWait, isInTask } from '../../lowlevel.ts';
import type { TimerHandle } from '../../asyncio.ts';
import { watchResponse } from '../../cancellable/cancellable.ts';
import { NativeResponse } from '../message/response.ts';
import { toConnectionError } from './clientErrors.ts';
import type { ClientTransport } from './clientTransport.ts';
import type { Outgoing } from './outgoing.ts';
import { hasBody, ReceivedResponse } from './receivedResponse.ts';
import type { BodySource, Received } from './receivedResponse.ts';

export class ClientExchange implements BodySource {
  readonly #outgoing: Outgoing;
  readonly #controller = new AbortController();
  readonly #live: Set<ClientExchange>;
  readonly #bodyTimeout: number | undefined;
  readonly #unlinks: (() => void)[] = [];
  readsWhole: boolean = false;

  constructor(outgoing: Outgoing, live: Set<ClientExchange>, bodyTimeout: number | undefined) {
    this.#outgoing = outgoing;
    this.#live = live;
    this.#bodyTimeout = bodyTimeout;
    live.add(this);
  }

  get origin(): string {
    return new URL(this.#outgoing.url).origin;
  }

  /** Nothing of it is on its way. */
  get isOver(): boolean {
    return !this.#live.has(this);
  }

  /** Ends it when the signal is aborted. */
  follow(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const abort = (): void => this.abort(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    this.#unlinks.push(() => signal.removeEventListener('abort', abort));
  }

  /** Ends it after so many milliseconds. */
  limit(milliseconds: number, late: () => Error): void {
    const timer = getRunningLoop().callLater(milliseconds, () => this.abort(late()));
    this.#unlinks.push(() => timer.cancel());
  }

  abort(reason: unknown): void {
    this.#end();
    this.#controller.abort(reason);
  }

  async send(transport: ClientTransport): Promise<Response> {
    const { signal } = this.#controller;
    const origin = (): string => this.origin;
    try {
      signal.throwIfAborted();
      const { url, init } = this.#outgoing;
      const received = await explainWait(wrapFuture(transport.fetch(url, init(signal))), {
        what: `${this.#outgoing.method} ${url}`,
        call: 'fetch',
        sort: 'request',
        get peer() {
          return origin();
        },
      });
      if (!hasBody(received)) this.#end();
      // Where the platform reads, an abort may leave the connection open.
      this.readsWhole = transport.name === 'undici' && this.#bodyTimeout === undefined;
      return new ReceivedResponse(received, this) as unknown as Response;
    } catch (error) {
      // Somebody's reason is thrown as it is; the host's own failure says what has failed.
      const ended = signal.aborted && !isCancelled(error) ? (signal.reason as unknown) : undefined;
      const told = ended ?? toConnectionError(error, this.#outgoing);
      this.abort(told);
      this.#giveUpConnecting(transport);
      throw told;
    }
  }

  #giveUpConnecting(transport: ClientTransport): void {
    const { origin } = this;
    const live = this.#live;
    for (const other of live) if (other.origin === origin) return;
    // A redirect may lead there too.
    transport.giveUp(origin, () => live.size > 0);
  }

  async whole<T>(reading: Promise<T>): Promise<T> {
    try {
      return await (isInTask() ? wrapFuture(reading) : reading);
    } catch (error) {
      if (!isCancelled(error)) throw this.#failure(error);
      this.abort(error);
      throw error;
    } finally {
      this.#end();
    }
  }

  real(received: Received, given: Headers): Response {
    const { status, statusText, url, redirected } = received;
    const body = hasBody(received) ? received.body : null;
    const stream = body === null ? null : this.#stream(body);
    const response = new NativeResponse(stream, { status, statusText, headers: [...given] });
    return watchResponse(asFetched(response, { url, redirected, type: 'basic' }), this.#controller);
  }

  #failure(error: unknown): unknown {
    const { signal } = this.#controller;
    return signal.aborted ? signal.reason : toConnectionError(error, this.#outgoing, true);
  }

  #stream(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const bodyTimeout = this.#bodyTimeout;
    const reader = body.getReader();
    const loop = getRunningLoop();
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          let timer: TimerHandle | undefined;
          if (bodyTimeout !== undefined)
            timer = loop.callLater(bodyTimeout, () => this.abort(this.#silent(bodyTimeout)));
          try {
            const { done, value } = await reader.read();
            if (!done) return controller.enqueue(value);
            this.#end();
            controller.close();
          } catch (error) {
            this.#end();
            controller.error(this.#failure(error));
          } finally {
            timer?.cancel();
          }
        },
        cancel: async (reason) => {
          this.#end();
          await reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  #silent(milliseconds: number): Error {
    const { method, url } = this.#outgoing;
    return new TimeoutError(`nothing of the body of ${method} ${url} came for ${milliseconds} ms`);
  }

  #end(): void {
    this.#live.delete(this);
    for (const unlink of this.#unlinks.splice(0)) unlink();
  }
}

/** What only the host's own fetch can say of a response. */
function asFetched(response: Response, told: { url: string; redirected: boolean; type: string }): Response {
  const { clone } = NativeResponse.prototype;
  for (const [name, value] of Object.entries(told))
    Object.defineProperty(response, name, { configurable: true, value });
  const copy = (): Response => asFetched(clone.call(response), told);
  return Object.defineProperty(response, 'clone', { configurable: true, writable: true, value: copy });
}
