// What running a program to its end is told, and what it returns.

import type { Duration } from '../../base/duration.ts';
import type { OpenProcessOptions } from '../tree/openProcess.ts';
import type { RunDetails } from './processErrors.ts';

/** What {@link runProcess} is told.
 * @example
 * ```ts
 * import type { RunProcessOptions } from 'asyncio-ts';
 * const options: RunProcessOptions = { check: false, timeout: 10_000 };
 * console.log(options.timeout); // -> 10000
 * ```
 */
export interface RunProcessOptions extends Omit<OpenProcessOptions, 'limit'> {
  /** Whether an exit code other than 0, or an end by a signal, is an error; true by default. */
  readonly check?: boolean | undefined;
  /** What it reads from its standard input, which is closed then. Without it there is nothing to read, unless `stdin` says
   * otherwise. */
  readonly input?: string | Uint8Array | undefined;
  /** Whether its output is kept and returned; true by default. With false it goes where this process writes. `stdout` and
   * `stderr` each say otherwise for one of the two. */
  readonly capture?: boolean | undefined;
  /** How long it may take, in milliseconds; no limit by default. */
  readonly timeout?: Duration | undefined;
  /** How its output is text, `'utf8'` by default; null for bytes. */
  readonly encoding?: BufferEncoding | null | undefined;
  /** How many bytes of each of its outputs are kept at most; 64 MiB by default. */
  readonly maxOutput?: number | undefined;
}

/** How a program that was run has ended, and what it wrote.
 * @example
 * ```ts
 * import { run, runProcess, type ProcessResult } from 'asyncio-ts';
 * await run(async () => {
 *   const result: ProcessResult = await runProcess(['echo', 'hello']);
 *   console.log(result.stdout.trim(), result.returncode); // -> hello 0
 * });
 * ```
 */
export interface ProcessResult<T extends string | Buffer = string> extends RunDetails {
  /** What it wrote to standard output; empty where that was not captured. */
  readonly stdout: T;
  /** The same of standard error. */
  readonly stderr: T;
}
