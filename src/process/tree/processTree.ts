// A process that is ours with all that it starts, and the end of all of them.
//
// 1. It has a session of its own, and a mark that what it starts inherits (treeReach.ts).
// 2. Whoever opened it ends it. The loop's end, and that of this process by `process.exit` or an error, kill what is left.
// 3. Once the first process has ended by itself and its owner lets go (`release`), what it left behind runs on.

import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { showAsText, showValue } from '../../base/show.ts';
import type { Loop } from '../../loop/loop.ts';
import { resourcesOf } from '../../loop/resources.ts';
import type { StreamReader } from '../../streams/streamReader.ts';
import type { StreamWriter } from '../../streams/streamWriter.ts';
import { onExit } from '../../sys/host/exit.ts';
import type { Process } from '../process.ts';
import { toSignalName } from '../signals/signalName.ts';
import type { Signal, SignalName } from '../signals/signalName.ts';
import { openLines } from '../run/outputLines.ts';
import type { LinesFrom, OutputLines } from '../run/outputLines.ts';
import { checkEncoding } from '../run/textEncoding.ts';
import { endTree } from './endTree.ts';
import type { TreeReach } from './treeReach.ts';

/** How a tree of processes is ended.
 * @example
 * ```ts
 * import type { TreeEndOptions } from 'asyncio-ts';
 * const patient: TreeEndOptions = { grace: 30_000, stopSignal: 'SIGINT' };
 * console.log(patient.grace); // -> 30000
 * ```
 */
export interface TreeEndOptions {
  /** How long the processes have to end after they were asked, until they are killed. In milliseconds; 5,000 by
   * default, 0 to kill at once. */
  readonly grace?: Duration | undefined;
  /** What asks them to end; SIGTERM by default. */
  readonly stopSignal?: Signal | undefined;
}

/** What {@link ProcessTree.lines} reads.
 * @example
 * ```ts
 * import type { OutputLinesOptions } from 'asyncio-ts';
 * const options: OutputLinesOptions = { from: 'stderr', encoding: 'latin1' };
 * console.log(options.from); // -> stderr
 * ```
 */
export interface OutputLinesOptions {
  /** Which output; by default each that is a pipe. */
  readonly from?: LinesFrom | undefined;
  /** How the lines are text; `'utf8'` by default. */
  readonly encoding?: BufferEncoding | undefined;
}

const GRACE = 5000;

/** The same, checked. */
export interface CheckedEnd {
  readonly grace: number;
  readonly signal: SignalName;
}

/** @throws InvalidArgumentError */
export function checkEnd({ grace = GRACE, stopSignal = 'SIGTERM' }: TreeEndOptions): CheckedEnd {
  const milliseconds = toMilliseconds(grace, 'grace');
  if (milliseconds < 0)
    throw new InvalidArgumentError('grace', `grace must not be negative, it is ${showValue(milliseconds)}`);
  return { grace: milliseconds, signal: toSignalName(stopSignal) };
}

/** A process with all that it has started; {@link openProcess} opens it.
 * @example
 * ```ts
 * import { openProcess, run } from 'asyncio-ts';
 * await run(async () => {
 *   const tree = await openProcess('sleep 60 & sleep 60', { shell: true });
 *   await tree.end();
 *   console.log(tree.returncode, tree.members().length); // -> -15 0
 * });
 * ```
 */
export class ProcessTree implements AsyncDisposable {
  /** The process that was started. */
  readonly process: Process;
  readonly #loop: Loop;
  readonly #reach: TreeReach;
  readonly #end: CheckedEnd;
  #ending: boolean = false;
  #released: boolean = false;

  /** @internal */
  constructor(loop: Loop, process: Process, reach: TreeReach, end: CheckedEnd) {
    this.process = process;
    this.#loop = loop;
    this.#reach = reach;
    this.#end = end;
    resourcesOf(loop).add(this);
    keepUntilExit(this.#reach);
  }

  get pid(): number {
    return this.process.pid;
  }

  /** The exit code of the process that was started; below zero the number of the signal that ended it; undefined while
   * it runs. */
  get returncode(): number | undefined {
    return this.process.returncode;
  }

  /** Writes to its standard input, where that is a pipe. */
  get stdin(): StreamWriter | undefined {
    return this.process.stdin;
  }

  /** Reads its standard output, where that is a pipe. */
  get stdout(): StreamReader | undefined {
    return this.process.stdout;
  }

  /** Reads its standard error, where that is a pipe. */
  get stderr(): StreamReader | undefined {
    return this.process.stderr;
  }

  /** What it writes, line by line as it comes: of all outputs that are pipes, or of one. Who reads slowly has it wait. The
   * end of the line, `\n` or `\r\n`, is left out.
   * @throws UsageError for an output that is no pipe; InvalidArgumentError
   * @example
   * ```ts
   * import { openProcess, PIPE, run } from 'asyncio-ts';
   * await run(async () => {
   *   await using tree = await openProcess(['seq', '3'], { stdout: PIPE });
   *   for await (const { text } of tree.lines()) console.log(text); // -> 1
   *   // -> 2
   *   // -> 3
   * });
   * ```
   */
  lines(options: OutputLinesOptions = {}): OutputLines {
    const { from, encoding = 'utf8' } = options;
    return openLines(this, from, checkEncoding(encoding));
  }

  /** Waits until the process that was started has ended, and returns the {@link returncode}. Cancelling ends the wait
   * only. */
  wait(): Promise<number> {
    return this.process.wait();
  }

  /** The numbers of all processes of it that are found running. */
  members(): readonly number[] {
    return this.#reach.members();
  }

  /** Asks all of its processes to end, waits, kills what is left after the time of grace, and returns when none is left.
   * No cancel cuts that short; it is thrown afterwards. Again it does the same for what is there then.
   * @throws InvalidArgumentError for a bad time or signal */
  async end(options: TreeEndOptions = {}): Promise<void> {
    const { grace = this.#end.grace, stopSignal = this.#end.signal } = options;
    const end = checkEnd({ grace, stopSignal });
    this.#ending = true;
    await endTree(this.#reach, () => this.process.wait(), end);
    await this.process[Symbol.asyncDispose]();
    this.release();
  }

  /** Whether it was let go, or has been ended. */
  get released(): boolean {
    return this.#released;
  }

  /** Lets go of it: what is left of it runs on, also after this program. */
  release(): void {
    this.#released = true;
    resourcesOf(this.#loop).remove(this);
    forgetAtExit(this.#reach);
  }

  /** As {@link end}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  /** @internal */
  loopClosed(): void {
    this.#reach.signal('SIGKILL');
    forgetAtExit(this.#reach);
  }

  /** @internal */
  async loopEnding(): Promise<void> {
    await this.end();
  }

  /** @internal */
  loopDescription(): string {
    return this.#show();
  }

  /** @internal */
  isClosing(): boolean {
    return this.#ending;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.#show();
  }

  #show(): string {
    const { returncode } = this;
    return `<ProcessTree ${this.pid}${returncode === undefined ? '' : ` returncode=${returncode}`}>`;
  }
}

showAsText(ProcessTree);

// Of the process, which has one end: a program that is left in a hurry (process.exit, a second signal, an error that
// nobody caught) leaves no children behind.
const untilExit: Set<TreeReach> = new Set();
let listening = false;

function keepUntilExit(reach: TreeReach): void {
  untilExit.add(reach);
  if (listening) return;
  listening = true;
  onExit(() => {
    for (const left of untilExit) left.signal('SIGKILL');
  });
}

function forgetAtExit(reach: TreeReach): void {
  untilExit.delete(reach);
}
