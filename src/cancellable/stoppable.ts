// One call of the host under the cancels of the code that makes it.
//
// 1. The wait is one for a future of ours, so every cancel reaches it, on every runtime; it then aborts the signal that
//    the host's call was given.
// 2. The signal of the caller's own is passed on to that one, by a listener that goes with the call.
// 3. A result that comes in the very turn of a cancel, or after it, is lost to the caller; `lost` puts it away.
// 4. While work is waited for that a cancel has stopped, further cancels wait: they come at the next await.

import { CancelScope, currentSignal, currentTask, isCancelled, sleep, wrapFuture } from '../asyncio.ts';
import { peekRunningLoop } from '../lowlevel.ts';

export interface Stoppable<T> {
  /** The caller's own signal. */
  readonly own?: AbortSignal | undefined;
  /** Starts the work; without a signal outside of a task, where there was none of the caller's own. */
  readonly start: (signal: AbortSignal | undefined) => PromiseLike<T>;
  /** Starts in the very call, also where a cancel stands, for what must not miss an event. */
  readonly atOnce?: boolean;
  /** A cancel waits until the work has ended. */
  readonly untilEnded?: boolean;
  /** Puts away a result that nobody gets. */
  readonly lost?: (result: T) => unknown;
}

/** Whether the code runs in a task, which can be cancelled. */
export function inTask(): boolean {
  return peekRunningLoop() !== undefined && currentTask() !== undefined;
}

/** Throws a cancel that stands over the code already. */
export async function throwIfCancelled(): Promise<void> {
  if (currentSignal().aborted) await sleep(0);
}

export async function stoppable<T>(work: Stoppable<T>): Promise<T> {
  if (!inTask() || !isUsable(work.own)) return await work.start(work.own);
  if (work.atOnce !== true) await throwIfCancelled();
  const controller = new AbortController();
  const unlink = passOn(work.own, controller);
  try {
    return await stopOnCancel(work.start(controller.signal), controller, work);
  } catch (error) {
    throw controller.signal.aborted ? error : withCaller(error, stoppable);
  } finally {
    unlink();
  }
}

/** Waits for `promise`; a cancel aborts `controller`. */
export async function stopOnCancel<T>(
  promise: PromiseLike<T>,
  controller: AbortController,
  { own, untilEnded, lost }: Pick<Stoppable<T>, 'own' | 'untilEnded' | 'lost'> = {},
): Promise<T> {
  try {
    return await wrapFuture(promise);
  } catch (error) {
    // The host wraps the reason of a signal that is one of ours.
    const cancel = own?.aborted === true && isCancelled(own.reason) ? own.reason : error;
    if (!isCancelled(cancel)) throw error;
    controller.abort(cancel);
    const ended = promise.then(lost, () => {});
    if (untilEnded === true) await shielded(ended);
    throw cancel;
  }
}

/** The host's error, with the lines of the code that called `below`: its own stack ends where it is waited for by a future
 * of ours. */
export function withCaller(error: unknown, below: (...args: never[]) => unknown): unknown {
  if (!(error instanceof Error) || isCancelled(error) || typeof error.stack !== 'string') return error;
  const here = { stack: '' };
  Error.captureStackTrace(here, below);
  const lines = here.stack.split('\n').filter((line) => /^\s+at (?!.*\bnode:internal)/.test(line));
  if (lines.length > 0 && !error.stack.includes(lines[0] as string)) error.stack += `\n${lines.join('\n')}`;
  return error;
}

/** Waits for `promise` whatever is cancelled meanwhile. */
export async function shielded<T>(promise: PromiseLike<T>): Promise<T> {
  const future = wrapFuture(promise);
  return (await new CancelScope({ shield: true }).run(() => future)) as T;
}

/** What `next` waits for ends with a cancel, and the iteration with it. */
export function stoppableIterable<T>(
  own: AbortSignal | undefined,
  start: (signal: AbortSignal | undefined) => AsyncIterable<T>,
): AsyncIterableIterator<T> & AsyncDisposable {
  if (inTask()) currentSignal().throwIfAborted();
  const controller = new AbortController();
  const usable = isUsable(own);
  const unlink = usable ? passOn(own, controller) : () => {};
  const inner = start(usable ? controller.signal : own)[Symbol.asyncIterator]();
  const step = async (take: () => Promise<IteratorResult<T>>): Promise<IteratorResult<T>> => {
    let over = true;
    try {
      const taken = await (inTask() ? stopOnCancel(take(), controller, { own }) : take());
      over = taken.done === true;
      return taken;
    } finally {
      if (over) unlink();
    }
  };
  const end = (value?: unknown): Promise<IteratorResult<T>> =>
    step(() => inner.return?.(value) ?? Promise.resolve({ done: true, value }));
  return {
    next: () => step(() => inner.next()),
    return: end,
    throw: (error?: unknown) => step(() => inner.throw?.(error) ?? Promise.reject(error)),
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => void (await end()),
  };
}

/** The `signal` among options of any kind. */
export function signalAmong(options: unknown): AbortSignal | undefined {
  return (options as { readonly signal?: AbortSignal } | null | undefined)?.signal;
}

/** Options as they were given, with another signal; a string stands for the encoding. */
export function withSignal<O>(options: O, signal: AbortSignal | undefined): O {
  if (signal === undefined) return options;
  return { ...(typeof options === 'string' ? { encoding: options } : options), signal } as O;
}

/** False for what was given in place of a signal: the host says what it thinks of it. */
function isUsable(own: AbortSignal | undefined): boolean {
  return own === undefined || typeof (own as AbortSignal | null)?.addEventListener === 'function';
}

function passOn(own: AbortSignal | undefined, controller: AbortController): () => void {
  if (own === undefined) return () => {};
  const abort = (): void => controller.abort(own.reason);
  if (own.aborted) abort();
  else own.addEventListener('abort', abort, { once: true });
  return () => own.removeEventListener('abort', abort);
}
