// What the library has to say to the person who runs the program: one line or more on standard error,
// or whatever `setReporter` put in its place (the test kit does).

import { inspect } from 'node:util';
import { InvalidArgumentError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';

/** How bad it is: an error means that something went wrong and nobody handled it.
 * @example
 * ```ts
 * import type { Severity } from 'asyncio-ts/lowlevel';
 * const severity: Severity = 'warning';
 * console.log(severity); // -> warning
 * ```
 */
export type Severity = 'error' | 'warning';

/** Takes what the library has to say to the person who runs the program; see {@link setReporter}.
 * @example
 * ```ts
 * import type { Reporter } from 'asyncio-ts/lowlevel';
 * const toLog: Reporter = (severity, text) => console.log(`[${severity}] ${text}`);
 * toLog('warning', 'slow'); // -> [warning] slow
 * ```
 */
export type Reporter = (severity: Severity, text: string) => void;

// What is shown is a program's own, and so is the way it wants to be shown.
function show(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return inspect(value, { depth: 2 });
  } catch {
    return showPlainly(value);
  }
}

function showPlainly(value: unknown): string {
  try {
    return inspect(value, { depth: 2, customInspect: false });
  } catch {
    return `[${typeof value} that cannot be shown]`;
  }
}

// The process has one standard error, and so one reporter.
let reporter: Reporter = (severity, text) => {
  if (severity === 'error') console.error(text);
  else console.warn(`asyncio: ${text}`);
};

/** Never throws: whoever has something to report has no place for another error. */
export function report(severity: Severity, compose: (inspect: (value: unknown) => string) => string): void {
  let text: string;
  try {
    text = compose(show);
  } catch (error) {
    text = `A report could not be written: ${show(error)}`;
  }
  try {
    reporter(severity, text);
  } catch {
    // The way out is closed, as by a program that has replaced `console.error`: nobody is left to tell.
  }
}

/** Sends what the library would print on standard error (errors that nobody handled, warnings) to `next` from now
 * on, for all loops of this thread. What it throws is dropped.
 * @returns the reporter that was in force, to be set again
 * @throws InvalidArgumentError when it is no function
 * @example
 * ```ts
 * import { getRunningLoop, run, sleep } from 'asyncio-ts';
 * import { setReporter } from 'asyncio-ts/lowlevel';
 * const before = setReporter((severity, text) => console.log(severity, text.split('\n')[0]));
 * await run(async () => {
 *   getRunningLoop().callSoon(function tick() { throw new Error('no'); });
 *   await sleep(0);
 * });
 * // -> error Exception in callback tick
 * setReporter(before);
 * ```
 */
export function setReporter(next: Reporter): Reporter {
  if (typeof next !== 'function')
    throw new InvalidArgumentError('reporter', `a reporter is a function, not ${showValue(next)}`);
  const previous = reporter;
  reporter = next;
  return previous;
}
