// The errors of a program that was run: how it ended, what it said, and how long it took.

import { defineError } from '../../base/errorClass.ts';
import { AsyncioError, TimeoutError } from '../../base/errors.ts';
import type { SignalName } from '../signals/signalName.ts';

/** What is known of a program that was run.
 * @example
 * ```ts
 * import { run, runProcess, type RunDetails } from 'asyncio-ts';
 * await run(async () => {
 *   const details: RunDetails = await runProcess(['true']);
 *   console.log(details.command, details.returncode); // -> true 0
 * });
 * ```
 */
export interface RunDetails {
  /** The command, as a person would type it. */
  readonly command: string;
  readonly pid: number;
  /** The exit code; below zero the number of the signal that ended it. */
  readonly returncode: number;
  /** The signal that ended it. */
  readonly signal: SignalName | undefined;
  /** How long it ran, in milliseconds. */
  readonly duration: number;
  /** What it wrote to standard output, as far as that was captured: text, or bytes with `encoding: null`. */
  readonly stdout: string | Buffer;
  /** The same of standard error. */
  readonly stderr: string | Buffer;
}

const MOST_COMMAND = 200;
const MOST_SAID = 1000;

/** A program ended with an exit code other than 0, or by a signal. The message shows the command, how it ended, how long it
 * took, and the end of its standard error. Semantics: Python's subprocess.CalledProcessError.
 * @example
 * ```ts
 * import { CalledProcessError, run, runProcess } from 'asyncio-ts';
 * await run(async () => {
 *   try { await runProcess(['sh', '-c', 'echo no such table >&2; exit 3']); } catch (error) {
 *     if (error instanceof CalledProcessError) console.log(error.returncode, String(error.stderr).trim()); // -> 3 no such table
 *   }
 * });
 * ```
 */
export class CalledProcessError extends AsyncioError implements RunDetails {
  declare readonly command: string;
  declare readonly pid: number;
  declare readonly returncode: number;
  declare readonly signal: SignalName | undefined;
  declare readonly duration: number;
  declare readonly stdout: string | Buffer;
  declare readonly stderr: string | Buffer;

  constructor(details: RunDetails, options?: ErrorOptions) {
    super('ERR_ASYNCIO_CALLED_PROCESS', describeEnd(details), options);
    setDetails(this, details);
  }
}

/** A program took longer than the `timeout` of {@link runProcess}, and was ended with all that it had started. What it had
 * written until then is in `stdout` and `stderr`. Semantics: Python's subprocess.TimeoutExpired.
 * @example
 * ```ts
 * import { run, runProcess, TimeoutExpired } from 'asyncio-ts';
 * await run(async () => {
 *   try { await runProcess('echo begun; sleep 60', { shell: true, timeout: 1000 }); } catch (error) {
 *     if (error instanceof TimeoutExpired) console.log(String(error.stdout).trim()); // -> begun
 *   }
 * });
 * ```
 */
export class TimeoutExpired extends TimeoutError implements RunDetails {
  declare readonly command: string;
  declare readonly pid: number;
  declare readonly returncode: number;
  declare readonly signal: SignalName | undefined;
  declare readonly duration: number;
  declare readonly stdout: string | Buffer;
  declare readonly stderr: string | Buffer;
  /** The time that it had, in milliseconds. */
  readonly limit: number;

  constructor(details: RunDetails, limit: number) {
    const said = endOfText(details.stderr);
    super(
      `${shortCommand(details.command)} did not end within ${limit} ms and was stopped: give it a longer timeout, or none${said}`,
    );
    this.limit = limit;
    setDetails(this, details);
    Object.defineProperty(this, 'code', {
      value: 'ERR_ASYNCIO_TIMEOUT_EXPIRED',
      enumerable: true,
      configurable: true,
    });
  }
}

/** A program wrote more than `maxOutput` allows, and was ended with all that it had started. What was read until then is
 * in `stdout` and `stderr`.
 * @example
 * ```ts
 * import { OutputLimitError, run, runProcess } from 'asyncio-ts';
 * await run(async () => {
 *   try { await runProcess(['yes'], { maxOutput: 1000 }); } catch (error) {
 *     console.log(error instanceof OutputLimitError); // -> true
 *   }
 * });
 * ```
 */
export class OutputLimitError extends AsyncioError implements RunDetails {
  declare readonly command: string;
  declare readonly pid: number;
  declare readonly returncode: number;
  declare readonly signal: SignalName | undefined;
  declare readonly duration: number;
  declare readonly stdout: string | Buffer;
  declare readonly stderr: string | Buffer;

  constructor(details: RunDetails, limit: number) {
    super(
      'ERR_ASYNCIO_OUTPUT_LIMIT',
      `${shortCommand(details.command)} wrote more than ${limit} bytes and was stopped: raise maxOutput, or read it line by line`,
    );
    setDetails(this, details);
  }
}

/** `make -j4 exited with code 2 after 120 ms`. */
export function describeEnd({ command, returncode, signal, duration, stderr }: RunDetails): string {
  const how = signal === undefined ? `exited with code ${returncode}` : `was ended by ${signal}`;
  return `${shortCommand(command)} ${how} after ${Math.round(duration)} ms${endOfText(stderr)}`;
}

/** A command, no longer than a message bears. */
export function shortCommand(command: string): string {
  return command.length > MOST_COMMAND ? `${command.slice(0, MOST_COMMAND)}…` : command;
}

/** What a program said, for a message, which stays readable: whole lines, from the end, as many as there is room for. */
export function endOfText(stderr: string | Buffer): string {
  const text = String(typeof stderr === 'string' ? stderr : stderr.subarray(-4 * MOST_SAID)).trim();
  if (text === '') return '';
  if (text.length <= MOST_SAID) return `:\n${text}`;
  const end = text.slice(-MOST_SAID);
  const line = end.indexOf('\n');
  return `:\n…${line < 0 ? end : end.slice(line)}`;
}

function setDetails(error: Error, details: RunDetails): void {
  const { stdout, stderr, ...shown } = details;
  Object.assign(error, shown);
  // The message has what there is to see of it.
  for (const [name, value] of Object.entries({ stdout, stderr }))
    Object.defineProperty(error, name, { value, configurable: true, writable: true });
}

defineError(CalledProcessError, 'CalledProcessError', 'ERR_ASYNCIO_CALLED_PROCESS');
defineError(TimeoutExpired, 'TimeoutExpired', 'ERR_ASYNCIO_TIMEOUT_EXPIRED');
defineError(OutputLimitError, 'OutputLimitError', 'ERR_ASYNCIO_OUTPUT_LIMIT');
