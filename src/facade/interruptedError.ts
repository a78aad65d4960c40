// What run() rejects with after a signal.

import { defineError } from '../base/errorClass.ts';
import { CancelledError } from '../base/errors.ts';
import { signalExitCode } from '../sys/host/signals.ts';
import type { StopSignal } from '../sys/host/signals.ts';

/** A signal asked the program to stop. `run` rejects with it once main has cleaned up, and it is the very
 * error that main gets at its `await`. If nobody catches it the process ends quietly with `exitCode`.
 * A {@link CancelledError}, so code that lets cancels pass lets it pass too. Semantics: where asyncio.run
 * raises KeyboardInterrupt, and for SIGTERM as well.
 * @example
 * ```ts
 * import { InterruptedError } from 'asyncio-ts';
 * const error = new InterruptedError('SIGINT');
 * console.log(error.message, error.exitCode); // -> interrupted by SIGINT 130
 * ```
 */
export class InterruptedError extends CancelledError {
  /** The signal. */
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    // An interrupt is no fault of the line it happens at: a stack would only frighten.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(`interrupted by ${signal}`);
    Error.stackTraceLimit = limit;
    this.signal = signal;
  }

  /** What the shell expects of a program that this signal ended: 130 for SIGINT, 143 for SIGTERM. */
  get exitCode(): number {
    return signalExitCode(this.signal);
  }
}

defineError(InterruptedError, 'InterruptedError', 'ERR_ASYNCIO_INTERRUPTED');
