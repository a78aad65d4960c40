// The errors of the library. Each is a class of its own with a stable `code`; callers tell errors
// apart by class or code, never by message. A message is one sentence that says what to do. Errors of another copy of
// the package are instances of these classes too (errorClass.ts).

import { defineError, errorMark, isOfKind } from './errorClass.ts';

/** What every error of the library but {@link CancelledError} has in common.
 * @example
 * ```ts
 * import { AsyncioError, getRunningLoop } from 'asyncio-ts';
 * try { getRunningLoop(); } catch (error) { console.log(error instanceof AsyncioError); } // -> true
 * ```
 */
export class AsyncioError extends Error {
  /** Stable identifier of the kind of error. */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What is thrown at an `await` of a task that was cancelled. Let it pass, or rethrow it after
 * clean-up. It is deliberately not an {@link AsyncioError}: code that handles "errors of the library"
 * must not swallow a cancel by accident. Semantics: asyncio.CancelledError.
 * @example
 * ```ts
 * import { run, createTask, sleep, CancelledError } from 'asyncio-ts';
 * await run(async () => {
 *   const task = createTask(() => sleep(60_000));
 *   await sleep(0);
 *   task.cancel('no longer needed');
 *   try { await task; } catch (error) {
 *     console.log(error instanceof CancelledError, (error as Error).message); // -> true no longer needed
 *   }
 * });
 * ```
 */
export class CancelledError extends Error {
  /** Stable identifier of the kind of error. */
  declare readonly code: string;
  /** What asked for the cancel, where it was not a plain `cancel()`: the scope, timeout or group. */
  declare readonly origin?: unknown;
  constructor(message: string = '', options?: ErrorOptions & { origin?: unknown }) {
    super(message, options);
    if (options?.origin !== undefined) hide(this, 'origin', options.origin);
  }
}

/** Makes a CancelledError without walking the stack: a cancel is ordinary control flow, and taking the
 * stack costs more than everything else that a cancel does. Debug mode takes it. */
export function quietCancelledError(message: string, origin: unknown): CancelledError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new CancelledError(message, origin === undefined ? undefined : { origin });
  Error.stackTraceLimit = limit;
  return error;
}

const CANCELLED: symbol = errorMark('CancelledError');
const CANCELLED_CODE = 'ERR_ASYNCIO_CANCELLED';

/** What `instanceof CancelledError` says, at less cost, and without throwing: a revoked proxy can't even be asked for
 * a property. @internal */
export function isCancelledError(error: unknown): error is CancelledError {
  try {
    return typeof error === 'object' && error !== null && isOfKind(error, CANCELLED, CANCELLED_CODE);
  } catch {
    return false;
  }
}

/** A deadline passed. `timeout` is the object whose deadline it was, where there is one.
 * Semantics: asyncio's TimeoutError.
 * @example
 * ```ts
 * import { run, sleep, timeout, TimeoutError } from 'asyncio-ts';
 * await run(async () => {
 *   try { await timeout(5, () => sleep(60_000)); } catch (error) {
 *     console.log(error instanceof TimeoutError); // -> true
 *   }
 * });
 * ```
 */
export class TimeoutError extends AsyncioError {
  /** Whose deadline fired. */
  declare readonly timeout?: unknown;
  constructor(message: string = 'the deadline passed', options?: ErrorOptions & { timeout?: unknown }) {
    super('ERR_ASYNCIO_TIMEOUT', message, options);
    if (options?.timeout !== undefined) hide(this, 'timeout', options.timeout);
  }
}

/** The operation does not fit the state of the future: it is already done, or not yet.
 * @example
 * ```ts
 * import { run, getRunningLoop, InvalidStateError } from 'asyncio-ts';
 * await run(async () => {
 *   const future = getRunningLoop().createFuture<number>();
 *   try { future.result(); } catch (error) { console.log(error instanceof InvalidStateError); } // -> true
 *   future.cancel();
 * });
 * ```
 */
export class InvalidStateError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_INVALID_STATE', message, options);
  }
}

/** The call needs a running loop, and none runs on this thread, or there is no telling which of several is meant.
 * @example
 * ```ts
 * import { createTask, NoRunningLoopError } from 'asyncio-ts';
 * try { createTask(async () => 1); } catch (error) {
 *   console.log(error instanceof NoRunningLoopError); // -> true
 * }
 * ```
 */
export class NoRunningLoopError extends AsyncioError {
  constructor(what: string = 'this call') {
    super(
      'ERR_ASYNCIO_NO_RUNNING_LOOP',
      `${what} needs a running loop: ` +
        "use run(main) at the start of a program, or spawn(fn) inside somebody else's",
    );
  }
}

/** An argument that can't be used; `argument` names it. A TypeError, as in the host's own API.
 * @example
 * ```ts
 * import { Semaphore, InvalidArgumentError } from 'asyncio-ts';
 * try { new Semaphore(-1); } catch (error) {
 *   console.log(error instanceof InvalidArgumentError, (error as InvalidArgumentError).code);
 *   // -> true ERR_ASYNCIO_INVALID_ARGUMENT
 * }
 * ```
 */
export class InvalidArgumentError extends TypeError {
  /** Stable identifier of the kind of error. */
  readonly code: string = 'ERR_ASYNCIO_INVALID_ARGUMENT';
  /** Name of the argument. */
  readonly argument: string;
  constructor(argument: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.argument = argument;
  }
}

/** The call is wrong here and now, whatever its arguments: asyncio's RuntimeError.
 * @example
 * ```ts
 * import { Lock, UsageError } from 'asyncio-ts';
 * try { new Lock().release(); } catch (error) { console.log(error instanceof UsageError); } // -> true
 * ```
 */
export class UsageError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_USAGE', message, options);
  }
}

/** The operation does not exist on this loop's backend or this platform; the message says where it does.
 * Semantics: asyncio's NotImplementedError.
 * @example
 * ```ts
 * import { run, getRunningLoop, UnsupportedError } from 'asyncio-ts';
 * await run(async () => {
 *   try { getRunningLoop().addReader(0, () => {}); } catch (error) {
 *     console.log(error instanceof UnsupportedError); // -> true
 *   }
 * }, { backend: 'host' });
 * ```
 */
export class UnsupportedError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_UNSUPPORTED', message, options);
  }
}

/** Nothing can ever wake the tasks that are parked; `report` says which task waits for what.
 * @example
 * ```ts
 * import { DeadlockError } from 'asyncio-ts';
 * console.log(new DeadlockError('main waits for itself').code); // -> ERR_ASYNCIO_DEADLOCK
 * ```
 */
export class DeadlockError extends AsyncioError {
  /** One line for each parked task. */
  declare readonly report: string;
  constructor(report: string) {
    // The report says where; the stack would be the library's own.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super('ERR_ASYNCIO_DEADLOCK', `nothing can wake the tasks that are left:\n${report}`);
    Error.stackTraceLimit = limit;
    hide(this, 'report', report);
  }
}

/** Sets a field that is there to be read, and not in the way when the error is printed. */
export function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, enumerable: false });
}

defineError(AsyncioError, 'AsyncioError');
defineError(CancelledError, 'CancelledError', CANCELLED_CODE);
defineError(TimeoutError, 'TimeoutError', 'ERR_ASYNCIO_TIMEOUT');
defineError(InvalidStateError, 'InvalidStateError', 'ERR_ASYNCIO_INVALID_STATE');
defineError(NoRunningLoopError, 'NoRunningLoopError', 'ERR_ASYNCIO_NO_RUNNING_LOOP');
defineError(InvalidArgumentError, 'InvalidArgumentError', 'ERR_ASYNCIO_INVALID_ARGUMENT');
defineError(UsageError, 'UsageError', 'ERR_ASYNCIO_USAGE');
defineError(UnsupportedError, 'UnsupportedError', 'ERR_ASYNCIO_UNSUPPORTED');
defineError(DeadlockError, 'DeadlockError', 'ERR_ASYNCIO_DEADLOCK');
