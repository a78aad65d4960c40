// The loop's side of a portal: the calls of one worker, each a task, whatever the worker's messages come over.
//
// 1. A call that somebody waits for runs as a task of its own, which begins in the loop's next iteration. It belongs to
//    no task of the program: what ends it is its own end, the worker's, or the loop's.
// 2. Its outcome is sent once, unless the worker has given it up before. An outcome that cannot be cloned is the call's
//    failure.
// 3. When the worker ends, its calls are cancelled: nobody is left to hear of them.
// 4. When the loop is closed, calls that wait are told so, by the error of rule 2.
// 5. A call that nobody waits for runs as a callback; one that fails goes to the exception handler.

import { CancelledError, UsageError } from '../../base/errors.ts';
import { createTask } from '../../core/task/createTask.ts';
import { onDone } from '../../core/future/doneCallback.ts';
import type { Task } from '../../core/task/task.ts';
import { reportFailure } from '../../loop/failures.ts';
import type { Loop } from '../../loop/loop.ts';
import { resourcesOf } from '../../loop/resources.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { packError } from '../../sys/worker/packError.ts';
import type { PortalCall, GivenUpMessage, ReplyMessage, ThreadHandlers } from './portalWire.ts';

type Handler = (...args: unknown[]) => unknown;

export class PortalCalls {
  readonly #loop: Loop;
  readonly #handlers: ThreadHandlers;
  readonly #send: (reply: ReplyMessage) => void;
  /** Calls whose outcome is awaited, each with its task once there is one. */
  readonly #open: Map<number, Task<unknown> | undefined> = new Map();

  /** @param send throws where the value cannot be cloned, and only then */
  constructor(loop: Loop, handlers: ThreadHandlers, send: (reply: ReplyMessage) => void) {
    this.#loop = loop;
    this.#handlers = handlers;
    this.#send = send;
  }

  /** Called by the host: whatever comes, and however the handlers are kept, nothing is thrown. */
  receive(data: unknown): void {
    if (this.#loop.isClosed()) {
      this.#refuseLate(data);
      return;
    }
    try {
      if (isGivenUp(data)) this.#cancel(data.givenUp, data.message);
      else this.#call(asCall(data));
    } catch (exception) {
      reportFailure(this.#loop, { message: 'A call from another thread failed', exception });
    }
  }

  /** The worker has ended. */
  workerEnded(): void {
    this.cancelAll('the worker that made the call has ended');
  }

  /** Cancels what runs; the worker hears of it. */
  cancelAll(message: string): void {
    for (const call of this.#open.keys()) this.#cancel(call, message);
  }

  #cancel(call: number, message: string): void {
    const task = this.#open.get(call);
    if (task !== undefined) task.cancel(message);
    else if (this.#open.delete(call)) this.#fail(call, new CancelledError(message));
  }

  // A loop that rests is not given a task, which would be left if it were closed.
  #whenItRuns(call: number, start: () => void): void {
    const resources = resourcesOf(this.#loop);
    const waiting: LoopResource = {
      loopStarted: () => {
        resources.remove(waiting);
        if (this.#open.has(call)) start();
      },
      loopClosed: () => {},
      loopDescription: () => 'a call by a worker, which waits for the loop to run',
      // Nobody on this side could have taken it away.
      isClosing: () => true,
    };
    this.#open.set(call, undefined);
    resources.add(waiting);
  }

  /** How many calls run. */
  get size(): number {
    return this.#open.size;
  }

  /** The loop is closed. */
  loopClosed(): void {
    for (const call of this.#open.keys()) this.#fail(call, closedError());
    this.#open.clear();
  }

  #refuseLate(data: unknown): void {
    const { call } = (data ?? {}) as Partial<PortalCall>;
    if (typeof call === 'number') this.#fail(call, closedError());
  }

  #call({ call, name, args }: PortalCall): void {
    const handler = (Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined) as
      | Handler
      | undefined;
    if (call === undefined) {
      if (handler !== undefined) this.#loop.callSoon(handler, ...args);
      else
        reportFailure(this.#loop, { message: `A worker called "${name}", which its port does not offer` });
      return;
    }
    if (typeof handler !== 'function') {
      this.#fail(
        call,
        new UsageError(`the loop offers no function "${name}" to this worker: ${this.#offers()}`),
      );
      return;
    }
    const start = (): void => {
      const task = createTask(() => handler(...args), {
        loop: this.#loop,
        name: `call of ${name} by a worker`,
      });
      this.#open.set(call, task);
      onDone(task, () => this.#done(call, task));
    };
    if (this.#loop.isRunning()) start();
    else this.#whenItRuns(call, start);
  }

  #offers(): string {
    const names = Object.keys(this.#handlers);
    return names.length === 0 ? 'its port has no handlers' : `its port has ${names.join(', ')}`;
  }

  #done(call: number, task: Task<unknown>): void {
    if (!this.#open.delete(call)) return;
    let value: unknown;
    try {
      value = task.result();
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    try {
      this.#send({ reply: call, value });
    } catch (error) {
      this.#fail(call, error);
    }
  }

  #fail(call: number, error: unknown): void {
    this.#send({ reply: call, thrown: packError(error) });
  }
}

function closedError(): UsageError {
  return new UsageError(
    'the loop that was called is closed: end the workers before the loop that they call',
  );
}

function isGivenUp(data: unknown): data is GivenUpMessage {
  return typeof (data as Partial<GivenUpMessage> | undefined)?.givenUp === 'number';
}

function asCall(data: unknown): PortalCall {
  const { call, name, args } = (data ?? {}) as Partial<PortalCall>;
  const numbered = call === undefined || typeof call === 'number';
  if (numbered && typeof name === 'string' && Array.isArray(args)) return data as PortalCall;
  throw new UsageError('what came over a port was no call: the other thread is to use connectLoop(port)');
}
