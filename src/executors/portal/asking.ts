// The worker's side of a portal: which calls wait, and what becomes of them, whatever the messages go over.
//
// 1. A call waits until its reply comes, until it is given up, or until the connection is closed; whichever is first
//    counts, and the others do nothing.
// 2. A call that is given up is cancelled on the loop; nobody waits for that.
// 3. `onBusy` hears when there begins to be something that waits, and when there is nothing any more.

import { TimeoutError, UsageError } from '../../base/errors.ts';
import { abortMessage } from '../../core/task/createTask.ts';
import { startTimer, stopTimer } from '../../sys/host/host.ts';
import { restoreError } from '../workError.ts';
import type { PortalCall, GivenUpMessage, ReplyMessage } from './portalWire.ts';

const LOOP = 'the loop of another thread';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly here: Error;
  readonly leave: () => void;
}

/** How long a call may take, and what ends it before. */
export interface CallLimits {
  /** Milliseconds; Infinity for no limit. */
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
}

export class Asking {
  readonly #send: (message: PortalCall | GivenUpMessage) => void;
  readonly #onBusy: (busy: boolean) => void;
  readonly #waiting: Map<number, Waiting> = new Map();
  #last: number = 0;
  #closed: (() => Error) | undefined;

  /** @param send throws where the arguments cannot be cloned */
  constructor(send: (message: PortalCall | GivenUpMessage) => void, onBusy: (busy: boolean) => void) {
    this.#send = send;
    this.#onBusy = onBusy;
  }

  /** Sends a call, and returns its number; `asleep` is how long the caller sleeps at most, if it does.
   * @throws what the host says of arguments that cannot be cloned */
  send(name: string, args: readonly unknown[], asleep?: number): number {
    this.check();
    const call = ++this.#last;
    this.#send({ call, name, args, ...(asleep !== undefined && { asleep }) });
    return call;
  }

  /** Sends a call that nobody waits for. */
  tell(name: string, args: readonly unknown[]): void {
    this.check();
    this.#send({ name, args });
  }

  /** @throws UsageError when the connection is closed */
  check(): void {
    if (this.#closed !== undefined) throw this.#closed();
  }

  /** Sends a call, and waits for its reply while the thread goes on. */
  ask(name: string, args: readonly unknown[], { limit, signal }: CallLimits): Promise<unknown> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const here = new Error(name);
    const call = this.send(name, args);
    const stop = (error: unknown, why: string): void => {
      this.#settle(call)?.reject(error);
      this.giveUp(call, why);
    };
    const timer =
      limit === Infinity
        ? undefined
        : startTimer(Math.max(0, limit), () => stop(timeOver(name, limit), 'the time of the call is over'));
    const abort = (): void => stop(signal?.reason, abortMessage(signal as AbortSignal));
    signal?.addEventListener('abort', abort, { once: true });
    const leave = (): void => {
      if (timer !== undefined) stopTimer(timer);
      signal?.removeEventListener('abort', abort);
    };
    if (this.#waiting.size === 0) this.#onBusy(true);
    this.#waiting.set(call, { resolve, reject, here, leave });
    return promise;
  }

  /** Whoever asked no longer waits. Never throws: where nothing can be sent any more, nothing runs. */
  giveUp(call: number, message: string): void {
    if (this.#closed === undefined) this.#send({ givenUp: call, message });
  }

  /** A reply that came in the thread's own time. */
  receive(reply: ReplyMessage): void {
    const waiting = this.#settle(reply.reply);
    if (waiting === undefined) return;
    if ('thrown' in reply)
      waiting.reject(restoreError(reply.thrown, { worker: LOOP, caller: waiting.here.stack }));
    else waiting.resolve(reply.value);
  }

  /** Nothing comes any more: whoever waits fails, and so does whoever asks. */
  close(why: () => Error): void {
    this.#closed ??= why;
    for (const call of [...this.#waiting.keys()]) this.#settle(call)?.reject(why());
  }

  #settle(call: number): Waiting | undefined {
    const waiting = this.#waiting.get(call);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(call);
    waiting.leave();
    if (this.#waiting.size === 0) this.#onBusy(false);
    return waiting;
  }
}

/** What a reply that a sleeping thread was waiting for returns. @throws what was thrown on the loop */
export function outcomeOf(reply: ReplyMessage): unknown {
  if ('thrown' in reply)
    throw restoreError(reply.thrown, { worker: LOOP, caller: new Error('call').stack });
  return reply.value;
}

export function timeOver(name: string, limit: number): TimeoutError {
  return new TimeoutError(`the loop did not return from ${name}() within ${limit} ms`);
}

export function loopGone(): UsageError {
  return new UsageError(
    'the loop that was called is closed: end the workers before the loop that they call',
  );
}
