// A child process with streams: asyncio's Process.
//
// 1. `wait` returns when the child has ended, though a child of its own may hold the pipes; any number of tasks may wait.
// 2. `communicate` gives out each byte once: what a call that was cancelled had read, the next one returns. The input is
//    written once, by the first call that has any.

import { UsageError } from '../base/errors.ts';
import { isOSError } from '../base/osError.ts';
import { showAsText } from '../base/show.ts';
import type { StreamReader } from '../streams/streamReader.ts';
import type { StreamWriter } from '../streams/streamWriter.ts';
import { gather } from '../structured/gather.ts';
import { checkBytes } from '../transport/byteArguments.ts';
import type { ChildTransport } from './childTransport.ts';
import type { Signal } from './signals/signalName.ts';
import type { ProcessOptions } from './options.ts';
import type { ProcessStreams } from './processStreams.ts';
import { endChild } from './startChild.ts';

/** What there is of a stream: with PIPE it is there, without it is not. */
export type Piped<O, K extends 'stdin' | 'stdout' | 'stderr', S> = K extends keyof O
  ? O[K] extends 'pipe'
    ? S
    : 'pipe' extends O[K]
      ? S | undefined
      : undefined
  : undefined;

/** A child process; {@link createSubprocessExec} and {@link createSubprocessShell} start it.
 *
 * `await using` ends it with the block: kills it if it runs, and waits for its end. Semantics: asyncio's Process.
 * @example
 * ```ts
 * import { createSubprocessExec, PIPE, run } from 'asyncio-ts';
 * await run(async () => {
 *   await using process = await createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
 *   process.stdin.write(Buffer.from('hello\n'));
 *   console.log(String(await process.stdout.readline()).trim()); // -> hello
 *   process.stdin.close();
 *   console.log(await process.wait()); // -> 0
 * });
 * ```
 */
export class Process<O = ProcessOptions> implements AsyncDisposable {
  /** Writes to its standard input; with `stdin: PIPE` only. */
  readonly stdin: Piped<O, 'stdin', StreamWriter>;
  /** Reads its standard output; with `stdout: PIPE` only. */
  readonly stdout: Piped<O, 'stdout', StreamReader>;
  /** Reads its standard error; with `stderr: PIPE` only. */
  readonly stderr: Piped<O, 'stderr', StreamReader>;
  readonly pid: number;
  readonly #transport: ChildTransport;
  #communicating: boolean = false;
  #fed: boolean = false;
  /** What was read up to its end by a call of communicate that did not return it. */
  #read: Map<StreamReader, Buffer> = new Map();

  /** @internal */
  constructor(transport: ChildTransport, streams: ProcessStreams) {
    this.#transport = transport;
    this.stdin = streams.stdin as this['stdin'];
    this.stdout = streams.stdout as this['stdout'];
    this.stderr = streams.stderr as this['stderr'];
    this.pid = transport.getPid();
  }

  /** The exit code; below zero the number of the signal that ended it; undefined while it runs. */
  get returncode(): number | undefined {
    return this.#transport.getReturncode();
  }

  /** Waits until it has ended, and returns the {@link returncode}. Cancelling ends the wait only. A child whose output is
   * a pipe that nobody reads may never end: see {@link communicate}. */
  wait(): Promise<number> {
    return this.#transport.exited();
  }

  /** Sends a signal, by name or number.
   * @throws ProcessLookupError (`ESRCH`) when it has ended; PermissionError; InvalidArgumentError for no signal */
  sendSignal(signal: Signal): void {
    this.#transport.sendSignal(signal);
  }

  /** Asks it to end: SIGTERM. @throws as {@link sendSignal} */
  terminate(): void {
    this.#transport.terminate();
  }

  /** Ends it: SIGKILL. @throws as {@link sendSignal} */
  kill(): void {
    this.#transport.kill();
  }

  /** Writes `input` to its standard input and closes that, reads its output up to the end, and waits for its end.
   * Returns standard output and standard error, undefined for what is no pipe. All is kept in memory. A child that reads
   * no more is no error. Cancelling keeps what was read for the next call, and goes on writing what was given; it does
   * not end the child.
   * @throws InvalidArgumentError for input that is no bytes, or that has no pipe; UsageError while another call waits,
   * and for input after a call that had begun already
   * @example
   * ```ts
   * import { createSubprocessExec, PIPE, run } from 'asyncio-ts';
   * await run(async () => {
   *   const process = await createSubprocessExec('sort', { stdin: PIPE, stdout: PIPE });
   *   const [sorted] = await process.communicate(Buffer.from('b\na\n'));
   *   console.log(String(sorted).split('\n'), process.returncode); // -> [ 'a', 'b', '' ] 0
   * });
   * ```
   */
  async communicate(
    input?: Uint8Array,
  ): Promise<[stdout: Piped<O, 'stdout', Buffer>, stderr: Piped<O, 'stderr', Buffer>]> {
    if (input !== undefined) checkBytes(input, 'input');
    if (this.#communicating) throw new UsageError('communicate: another call waits for this process');
    if (input !== undefined && this.stdin === undefined)
      throw new UsageError('communicate: input needs a process with stdin: PIPE');
    if (input !== undefined && this.#fed)
      throw new UsageError('communicate: the input of the first call is written on, there can be no other');
    this.#communicating = true;
    if (input !== undefined) {
      this.#fed = true;
      const stdin: StreamWriter | undefined = this.stdin;
      stdin?.write(input);
    }
    try {
      const output = await gather(
        () => this.#feed(),
        () => this.#readAll(this.stdout),
        () => this.#readAll(this.stderr),
      );
      await this.wait();
      this.#read.clear();
      return output.slice(1) as Awaited<ReturnType<this['communicate']>>;
    } finally {
      this.#communicating = false;
    }
  }

  async #feed(): Promise<void> {
    const stdin: StreamWriter | undefined = this.stdin;
    if (stdin === undefined) return;
    try {
      await stdin.drain();
    } catch (error) {
      // It reads no more, or has ended.
      if (!isOSError(error)) throw error;
    }
    stdin.close();
  }

  async #readAll(reader: unknown): Promise<Buffer | undefined> {
    if (reader === undefined) return undefined;
    const stream = reader as StreamReader;
    const read = this.#read.get(stream) ?? (await stream.read());
    this.#read.set(stream, read);
    return read;
  }

  /** Kills it if it runs, waits until it has ended whatever is cancelled meanwhile, and closes its pipes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await endChild(this.#transport);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<Process ${this.pid}${this.returncode === undefined ? '' : ` returncode=${this.returncode}`}>`;
  }
}

showAsText(Process);
