// One request on its way through the server: its task, its handler, its response.
//
// 1. The task starts in the very call of the engine. It ends when the response was handed over, or given up, and after all
//    that the handler cleans up.
// 2. Whoever ends a request early (time, shutdown) answers its client at once and cancels the task then; what the task still
//    returns is dropped, and its body with it.
// 3. What the handler throws is told once: to `onError`, or to the loop's exception handler. What ends a task that was
//    cancelled because nobody wants its response any more is no error.

import { currentTask, isCancelled, Task } from '../../asyncio.ts';
import type { Context, EventLoop, Handle, SocketAddress } from '../../asyncio.ts';
import type { Exchange, FlatFields } from '../engine/exchange.ts';
import { HttpBodyError } from '../engine/httpBodyError.ts';
import { nativeRequest, requestOf } from '../message/request.ts';
import type { SignalSource } from '../message/request.ts';
import { isResponse, nativeResponse, sendPlain } from '../message/response.ts';
import type { Listed } from './callList.ts';
import { dropResponse, sendResponse } from './sendStream.ts';
import { checkResponse, isClosedOnly, noResponse, ownResponse } from './errorResponse.ts';
import type { Guest, Host, RequestOutcome } from './guest.ts';
import type { HeaderFields } from './httpError.ts';
import type { HttpServer } from './httpServer.ts';
import type { RequestInfo } from './requestInfo.ts';
import type { HttpHandler, HttpServeOptions, Policies } from './serveOptions.ts';

/** The server, as a request sees it. */
export interface RequestKeeper<S> extends SignalSource {
  readonly loop: EventLoop;
  readonly server: HttpServer<S>;
  readonly state: S;
  readonly handler: HttpHandler<S>;
  readonly policies: Policies;
  readonly onError: HttpServeOptions<S>['onError'];
  /** It shuts down. */
  readonly isEnding: boolean;
  /** A response of the server's own. */
  sendStatus(exchange: Exchange, status: number): void;
  waitUntil(work: PromiseLike<unknown> | (() => PromiseLike<unknown>), title: string): void;
  report(message: string, exception: unknown, task: Task<unknown> | undefined): void;
  /** Its task is at its end. */
  finished(call: RequestCall<S>): void;
}

/** Why a response is no longer wanted. */
const GONE = 'the client has left';
const LATE = 'the request took too long';
const SHUTDOWN = 'the server shuts down';

export class RequestCall<S> implements RequestInfo<S>, Listed<RequestCall<S>>, Host {
  next: RequestCall<S> | undefined = undefined;
  previous: RequestCall<S> | undefined = undefined;
  readonly #core: RequestKeeper<S>;
  readonly #exchange: Exchange;
  #task: Task<void> | undefined;
  #request: Request | undefined;
  #timer: Handle | undefined;
  #trailers: HeaderFields | (() => HeaderFields) | undefined;
  /** Nobody wants what the handler returns. */
  #unwanted: boolean = false;
  #outcome: RequestOutcome = 'answered';
  /** A response that would go on for ever is being sent; then, that it was told to end. */
  #endless: 'sent' | 'ended' | undefined;

  /** What lives on when the connection has left HTTP. */
  #guest: Guest | undefined;

  constructor(core: RequestKeeper<S>, exchange: Exchange) {
    this.#core = core;
    this.#exchange = exchange;
  }

  start(context: Context): void {
    const { loop, policies } = this.#core;
    if (policies.handlerTimeout !== Infinity)
      this.#timer = loop.callLater(policies.handlerTimeout, () => this.#expired());
    const name = this.title;
    // Sets the task itself: the first step is taken in this call.
    void new Task(() => this.#serve(), { loop, context, name, eagerStart: true });
  }

  get outcome(): RequestOutcome {
    return this.#outcome;
  }

  /** For reports, and therefore without the query, which may hold what is nobody's business. */
  get title(): string {
    const { method, target } = this.#exchange;
    const query = target.indexOf('?');
    return `${method} ${query < 0 ? target : target.slice(0, query)}`;
  }

  get signal(): AbortSignal {
    return (this.#task as Task<void>).signal;
  }

  get task(): Task<void> | undefined {
    return this.#task;
  }

  /** Nobody will read a response. */
  clientGone(): void {
    if (this.#core.policies.cancelOnDisconnect) this.#give(GONE);
    else this.#unwanted = true;
  }

  adopt(guest: Guest): void {
    this.#timer?.cancel();
    this.#guest = guest;
    if (this.#core.isEnding) guest.goAway();
  }

  /** The server shuts down: endless responses end. */
  endEarly(): void {
    this.#guest?.goAway();
    if (this.#endless !== 'sent') return;
    this.#endless = 'ended';
    this.#task?.cancel(SHUTDOWN);
  }

  /** The grace time is over. */
  stop(): void {
    this.refuse(503, SHUTDOWN);
  }

  /** Answers in place of the handler, and cancels the task. */
  refuse(status: number, message: string): void {
    const { exchange } = this;
    if (!exchange.responded) this.#core.sendStatus(exchange, status);
    else if (!exchange.over) exchange.abort();
    this.#give(message);
  }

  get exchange(): Exchange {
    return this.#exchange;
  }

  // What the handler sees.

  get server(): HttpServer<S> {
    return this.#core.server;
  }

  get state(): S {
    return this.#core.state;
  }

  get remoteAddress(): SocketAddress | undefined {
    return this.#exchange.connection.remoteAddress;
  }

  get localAddress(): SocketAddress | undefined {
    return this.#exchange.connection.localAddress;
  }

  get secure(): boolean {
    return this.#exchange.connection.secure;
  }

  get httpVersion(): '1.0' | '1.1' | '2.0' {
    return this.#exchange.httpVersion;
  }

  get trailers(): Headers {
    const headers = new Headers();
    const fields = this.#exchange.trailers ?? [];
    for (let index = 0; index + 1 < fields.length; index += 2)
      headers.append(fields[index] as string, fields[index + 1] as string);
    return headers;
  }

  sendTrailers(trailers: HeaderFields | (() => HeaderFields)): void {
    if (typeof trailers !== 'function') void trailerFields(trailers);
    this.#trailers = trailers;
  }

  sendEarlyHints(headers: HeaderFields): void {
    this.#exchange.inform(103, flatHeaders(headers));
  }

  waitUntil(work: PromiseLike<unknown> | (() => PromiseLike<unknown>)): void {
    this.#core.waitUntil(work, this.title);
  }

  passThroughOnException(): void {}

  get props(): undefined {
    return undefined;
  }

  // The task.

  // Most responses are sent in the very call that has them; the async functions below cost as much as all of it.
  #serve(): void | Promise<void> {
    const core = this.#core;
    this.#task = currentTask() as Task<void>;
    try {
      const light = requestOf(this.#exchange, core);
      const request = core.policies.globals ? light : nativeRequest(light);
      this.#request = request;
      const returned = core.handler(request, this, this);
      if (isNativePromise(returned))
        return nativeThen.call(
          returned,
          (response: Response) => this.#answer(response),
          (error: unknown) => this.#failLater(error),
        ) as Promise<void>;
      return isPromise(returned) ? this.#answerLater(returned) : this.#answer(returned);
    } catch (error) {
      return this.#failLater(error);
    }
  }

  #answer(response: Response): void | Promise<void> {
    try {
      if (!this.#isPlain(response)) return this.#answerLater(response);
      const rest = sendPlain(this.#exchange, response);
      if (rest !== undefined) return this.#answerLater(rest);
    } catch (error) {
      return this.#failLater(error);
    }
    if (this.#guest !== undefined) return this.#guestLeaves();
    this.#ended();
    return undefined;
  }

  async #answerLater(response: Response | PromiseLike<Response>): Promise<void> {
    try {
      await this.#respond(await response);
    } catch (error) {
      await this.#failed(error);
    } finally {
      await this.#guestLeaves();
    }
  }

  async #failLater(error: unknown): Promise<void> {
    try {
      await this.#failed(error);
    } finally {
      await this.#guestLeaves();
    }
  }

  async #guestLeaves(): Promise<void> {
    this.#timer?.cancel();
    try {
      if (this.#guest !== undefined) await this.#guest.end(this.#unwanted ? 'cancelled' : this.#outcome);
    } finally {
      this.#ended();
    }
  }

  #ended(): void {
    this.#timer?.cancel();
    if (this.#unwanted && this.#outcome === 'answered') this.#outcome = 'cancelled';
    this.#core.finished(this);
  }

  #isPlain(response: Response): boolean {
    return (
      !this.#unwanted && this.#trailers === undefined && !this.#exchange.responded && isResponse(response)
    );
  }

  async #respond(response: Response): Promise<void> {
    if (this.#unwanted || this.#exchange.responded) {
      await dropResponse(response);
      return;
    }
    if (!isResponse(response)) throw noResponse(response, this.title);
    const rest =
      this.#trailers === undefined ? sendPlain(this.#exchange, response) : nativeResponse(response);
    if (rest === undefined) return;
    checkResponse(rest, this.title);
    await sendResponse(this.#exchange, rest, {
      trailers: this.#trailers === undefined ? undefined : () => this.#flatTrailers(),
      onHead: (endless) => {
        this.#timer?.cancel();
        if (endless) this.#endless = 'sent';
      },
      endsEarly: () => this.#endsEarly(),
    });
  }

  #endsEarly(): boolean {
    if (this.#endless !== 'ended' || this.#unwanted) return false;
    this.#task?.uncancel();
    return true;
  }

  #flatTrailers(): FlatFields {
    const given = this.#trailers;
    return trailerFields((typeof given === 'function' ? given() : given) as HeaderFields);
  }

  async #failed(error: unknown): Promise<void> {
    // The cancel that was asked for here, or what the handler threw on its way out.
    if (this.#unwanted) {
      if (!isCancelled(error) && !(error instanceof HttpBodyError)) await this.#tell(error);
      return;
    }
    let told = error;
    try {
      if (this.#guest !== undefined && isClosedOnly(error)) {
        this.#outcome = 'cancelled';
        return;
      }
      // Half a response was sent: what was thrown in its middle can't take its place.
      const own = this.#exchange.responded ? undefined : ownResponse(error);
      if (own !== undefined) {
        await this.#fallBack(own);
        return;
      }
    } catch (exception) {
      told = exception;
    }
    this.#outcome = 'failed';
    await this.#fallBack(await this.#tell(told));
  }

  // To `onError` or the loop; it may know a better response.
  async #tell(error: unknown): Promise<Response | undefined> {
    const { onError } = this.#core;
    if (onError === undefined) {
      this.#core.report(`the handler of ${this.title} failed`, error, this.#task);
      return undefined;
    }
    try {
      return (await onError(error, this.#request as Request, this)) ?? undefined;
    } catch (exception) {
      if (!this.#unwanted || !isCancelled(exception))
        this.#core.report(`onError failed for ${this.title}`, exception, this.#task);
      return undefined;
    }
  }

  async #fallBack(response: Response | undefined): Promise<void> {
    const exchange = this.#exchange;
    if (exchange.responded || exchange.over) {
      if (response !== undefined) await dropResponse(response);
      exchange.abort();
      return;
    }
    try {
      if (response === undefined) this.#core.sendStatus(exchange, 500);
      else await this.#respond(response);
    } catch (exception) {
      if (!isCancelled(exception))
        this.#core.report(`the response to ${this.title} failed`, exception, this.#task);
      if (!exchange.responded) this.#core.sendStatus(exchange, 500);
      else exchange.abort();
    }
  }

  #give(message: string): void {
    this.#unwanted = true;
    this.#task?.cancel(message);
  }

  #expired(): void {
    if (!this.#exchange.responded) this.refuse(504, LATE);
  }
}

const nativeThen = Promise.prototype.then;

/** What an async function returns: nothing in it can tell listening from an await. */
function isNativePromise(value: unknown): value is Promise<Response> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Promise.prototype;
}

// A Response is told from a promise by what the promise has: the other way round costs several looks for each request.
function isPromise(value: Response | PromiseLike<Response>): value is PromiseLike<Response> {
  return typeof (value as Partial<PromiseLike<Response>> | undefined)?.then === 'function';
}

function flatHeaders(given: HeaderFields): FlatFields {
  return [...new Headers(given)].flat();
}

/** What says how a message is framed or routed comes too late behind its body (RFC 9110, 6.5.1), and a proxy that took it for
 * a head would be led astray. */
const NO_TRAILER = /^(?:connection|content-length|host|keep-alive|te|trailer|transfer-encoding|upgrade)$/;

/** @throws TypeError */
function trailerFields(given: HeaderFields): FlatFields {
  const fields = flatHeaders(given);
  for (let index = 0; index < fields.length; index += 2)
    if (NO_TRAILER.test(fields[index] as string))
      throw new TypeError(`${fields[index]} is no trailer: it says how the message is framed`);
  return fields;
}
