// The public shape of a child's transport: asyncio.SubprocessTransport, with nothing in it.

import { BaseTransport } from '../transport/transport.ts';
import type { ReadTransport, WriteTransport } from '../transport/transport.ts';
import type { Signal } from './signals/signalName.ts';

/** A child process, as its protocol sees it; {@link EventLoop.subprocessExec} makes it.
 * `getExtraInfo('subprocess')` is its process number. Semantics: asyncio.SubprocessTransport.
 * @example
 * ```ts
 * import { run, getRunningLoop, SubprocessProtocol } from 'asyncio-ts';
 * await run(async () => {
 *   const [transport] = await getRunningLoop().subprocessExec(() => new SubprocessProtocol(), 'cat');
 *   console.log(transport.getReturncode(), transport.getPipeTransport(0)?.isClosing()); // -> undefined false
 *   transport.close(); // kills it
 * });
 * ```
 */
export abstract class SubprocessTransport extends BaseTransport {
  abstract getPid(): number;
  /** The exit code; below zero the number of the signal that ended it; undefined while it runs. */
  abstract getReturncode(): number | undefined;
  /** The transport of a pipe to the child: 0 writes to its standard input, 1 reads its standard output, 2 its standard
   * error. Undefined for what is no pipe. */
  abstract getPipeTransport(fd: 0): WriteTransport | undefined;
  abstract getPipeTransport(fd: 1 | 2): ReadTransport | undefined;
  abstract getPipeTransport(fd: number): ReadTransport | WriteTransport | undefined;
  /** @throws ProcessLookupError (`ESRCH`) when the child has ended; InvalidArgumentError for no signal */
  abstract sendSignal(signal: Signal): void;
  /** Asks it to end: SIGTERM. @throws ProcessLookupError (`ESRCH`) when the child has ended */
  abstract terminate(): void;
  /** Ends it: SIGKILL. @throws ProcessLookupError (`ESRCH`) when the child has ended */
  abstract kill(): void;
}
