// A program that is talked to, line by line: a shell, an interpreter, a client of a database.
//
// 1. Its standard error goes where its standard output goes: interpreters write their prompts there.
// 2. What came and was not asked for stays for the next read; a cancel and a time limit take nothing away.
// 3. An answer ends at the prompt, or at a mark that the program is asked to print after it. A mark is a word that comes
//    once only, so what is left of an answer that was given up is never taken for that of the next.
// 4. What is not read yet is bounded.

import { atCallerIfFound } from '../../base/callerIfFound.ts';
import { checkOptions } from '../../base/checkOptions.ts';
import { toMilliseconds } from '../../base/duration.ts';
import type { Duration } from '../../base/duration.ts';
import { AsyncioError, InvalidArgumentError, TimeoutError, UsageError } from '../../base/errors.ts';
import { isOSError } from '../../base/osError.ts';
import type { BrokenPipeError } from '../../base/osError.ts';
import { showAsText, showValue } from '../../base/show.ts';
import { checkWhole } from '../../base/wholeNumber.ts';
import { runningLoop } from '../../loop/running.ts';
import { LimitOverrunError } from '../../streams/streamErrors.ts';
import type { StreamReader } from '../../streams/streamReader.ts';
import type { StreamWriter } from '../../streams/streamWriter.ts';
import { CancelScope } from '../../structured/cancelScope.ts';
import { PIPE, STDOUT } from '../stdio.ts';
import { openTree, showCommand } from '../tree/openProcess.ts';
import type { Command, OpenProcessOptions } from '../tree/openProcess.ts';
import type { ProcessTree, TreeEndOptions } from '../tree/processTree.ts';
import { endedBefore, readsNoMore } from './dialogueEnd.ts';
import { checkMarker, findMarker, showMarker } from './marker.ts';
import type { Marker } from './marker.ts';

export type { Marker } from './marker.ts';

/** What {@link openDialogue} is told.
 * @example
 * ```ts
 * import type { DialogueOptions } from 'asyncio-ts';
 * const python: DialogueOptions = { prompt: '>>> ', timeout: 5000 };
 * const psql: DialogueOptions = { mark: (word) => `\\echo ${word}` };
 * console.log(python.prompt, psql.mark?.('x')); // -> >>>  \echo x
 * ```
 */
export interface DialogueOptions extends Omit<OpenProcessOptions, 'stdin' | 'stdout' | 'stderr' | 'limit'> {
  /** What the program writes when it waits for a line: the end of an answer. */
  readonly prompt?: Marker | undefined;
  /** For a program without a prompt: the line by which it prints `word` on a line of its own. */
  readonly mark?: ((word: string) => string) | undefined;
  /** How long an answer may take, in milliseconds; no limit by default. */
  readonly timeout?: Duration | undefined;
  /** How many characters of an answer are kept at most; 16 Mi by default. */
  readonly maxAnswer?: number | undefined;
}

/** Options of one question.
 * @example
 * ```ts
 * import type { AskOptions } from 'asyncio-ts';
 * const options: AskOptions = { timeout: 1000 };
 * console.log(options.timeout); // -> 1000
 * ```
 */
export interface AskOptions {
  /** How long the answer may take, in milliseconds; what the dialogue was opened with by default. */
  readonly timeout?: Duration | undefined;
}

const MOST_ANSWER = 16 * 1024 * 1024;
const CHUNK = 65_536;
let marks = 0;

/** A program that is talked to; {@link openDialogue} opens it.
 * @example
 * ```ts
 * import { openDialogue, run, type Dialogue } from 'asyncio-ts';
 * await run(async () => {
 *   await using shell: Dialogue = await openDialogue(['sh'], { mark: (word) => `echo ${word}` });
 *   await shell.ask('x=5');
 *   console.log(await shell.ask('echo $((x * 2))')); // -> 10
 * });
 * ```
 */
export class Dialogue implements AsyncDisposable {
  /** The process, and what it has started. */
  readonly tree: ProcessTree;
  readonly #command: string;
  readonly #options: DialogueOptions;
  readonly #limit: number;
  readonly #decoder: TextDecoder = new TextDecoder();
  #text: string = '';
  #ended: boolean = false;
  #busy: boolean = false;

  /** @internal */
  constructor(tree: ProcessTree, command: string, options: DialogueOptions) {
    this.tree = tree;
    this.#command = command;
    this.#options = options;
    this.#limit = checkWhole(options.maxAnswer ?? MOST_ANSWER, 'maxAnswer', 1);
  }

  /** Writes a line and its end. @throws BrokenPipeError when the program reads no more, or has ended */
  async send(line: string): Promise<void> {
    if (typeof line !== 'string')
      throw new InvalidArgumentError('line', `a line is a string, not ${showValue(line)}`);
    const writer = this.tree.stdin as StreamWriter;
    if (this.tree.returncode !== undefined || writer.isClosing())
      throw this.#unread(Dialogue.prototype.send);
    try {
      writer.write(Buffer.from(`${line}\n`));
      await writer.drain();
    } catch (error) {
      throw isOSError(error) ? this.#unread(Dialogue.prototype.send, error) : error;
    }
  }

  /** Reads up to `marker`, and returns what came before it; the marker is taken too. A cancel takes nothing.
   * @throws TimeoutError; IncompleteReadError when the program ended before, which says how it ended, with what it wrote
   * as `partial`; LimitOverrunError; UsageError while another reads or asks */
  async readUntil(marker: Marker, options: AskOptions = {}): Promise<string> {
    checkMarker(marker, 'marker');
    return await this.#alone(Dialogue.prototype.readUntil, () =>
      this.#read(marker, options, showMarker(marker)),
    );
  }

  /** Writes a line and returns the answer: what comes before the next prompt, or before the mark, without the end of its
   * last line.
   *
   * Where it takes too long or is cancelled the program goes on. With a `mark` the next question gets its own answer all
   * the same; with a `prompt` what is left of this one comes first: end such a dialogue.
   * @throws as {@link send} and {@link readUntil}; UsageError without `prompt` and `mark`, and, before anything is
   * written, while another asks or reads */
  async ask(line: string, options: AskOptions = {}): Promise<string> {
    return await this.#alone(Dialogue.prototype.ask, async () => {
      const { prompt, mark } = this.#options;
      const awaited = `the answer to ${showValue(line)}`;
      if (mark === undefined) {
        if (prompt === undefined) throw new UsageError('to ask, open the dialogue with a prompt or a mark');
        await this.send(line);
        return trimEnd(await this.#read(prompt, options, awaited));
      }
      const word = `${++marks}-${Math.random().toString(36).slice(2)}`;
      const [asked, answered] = [`asked-${word}`, `answered-${word}`];
      const behind = (text: string): string => text.slice(text.indexOf('\n', text.indexOf(asked)) + 1);
      await this.send(`${mark(asked)}\n${line}\n${mark(answered)}`);
      const answer = behind(await this.#read(answered, options, awaited, behind));
      await this.#endLine(options);
      return trimEnd(answer);
    });
  }

  /** Closes its standard input, by which such programs end, waits for that, and returns the exit code. What is left of
   * what it wrote is dropped. Cancelling ends the wait only.
   * @throws TimeoutError */
  async close({ timeout = this.#options.timeout }: AskOptions = {}): Promise<number> {
    this.tree.stdin?.close();
    const reader = this.tree.stdout as StreamReader;
    return await within(timeout, 'the end of the program', async () => {
      while ((await reader.read(CHUNK)).length > 0);
      return await this.tree.wait();
    });
  }

  /** Ends it with all that it has started; see {@link ProcessTree.end}. */
  async end(options: TreeEndOptions = {}): Promise<void> {
    await this.tree.end(options);
  }

  /** As {@link end}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `<Dialogue ${this.tree.pid}${this.tree.returncode === undefined ? '' : ` returncode=${this.tree.returncode}`}>`;
  }

  /** One task at a time: which answer is whose could not be told. */
  async #alone<T>(caller: (...args: never[]) => unknown, body: () => Promise<T>): Promise<T> {
    try {
      if (this.#busy) throw new UsageError('dialogue: another task waits for an answer');
      this.#busy = true;
      try {
        return await body();
      } finally {
        this.#busy = false;
      }
    } catch (error) {
      throw isOSError(error) || error instanceof AsyncioError ? atCallerIfFound(error, caller) : error;
    }
  }

  #unread(caller: (...args: never[]) => unknown, cause?: unknown): BrokenPipeError {
    return atCallerIfFound(readsNoMore(this.tree, this.#command, cause), caller);
  }

  /** @param awaited what it is in messages @param said what of the text they show */
  async #read(
    marker: Marker,
    { timeout = this.#options.timeout }: AskOptions,
    awaited: string,
    said: (text: string) => string = (text) => text,
  ): Promise<string> {
    return await within(timeout, awaited, async () => {
      for (let from = 0; ; from -= String(marker).length) {
        const found = findMarker(this.#text, marker, from);
        if (found !== undefined) return this.#take(found.start, found.end);
        if (this.#ended) {
          const error = await endedBefore(this.tree, this.#command, awaited, said(this.#text));
          this.#text = '';
          throw error;
        }
        if (this.#text.length > this.#limit)
          throw new LimitOverrunError(
            `${awaited} did not come within ${this.#limit} characters`,
            this.#text.length,
          );
        from = this.#text.length;
        await this.#more();
      }
    });
  }

  /** The rest of the line that the mark is on. */
  async #endLine({ timeout = this.#options.timeout }: AskOptions): Promise<void> {
    await within(timeout, 'the end of a line', async () => {
      while (!this.#ended && !this.#text.includes('\n')) await this.#more();
    });
    this.#take(0, this.#text.indexOf('\n') + 1);
  }

  #take(start: number, end: number): string {
    const before = this.#text.slice(0, start);
    this.#text = this.#text.slice(end);
    return before;
  }

  async #more(): Promise<void> {
    const chunk = await (this.tree.stdout as StreamReader).read(CHUNK);
    this.#ended = chunk.length === 0;
    this.#text += this.#decoder.decode(chunk, { stream: !this.#ended });
  }
}

showAsText(Dialogue);

/** Starts a program to be talked to line by line, and with `prompt` waits for the first one. It has pipes, and no terminal:
 * what it does for a terminal only, such as colours, editing of lines and for some the prompt itself, it does not do.
 * Standard error comes among standard output. It is ended with all that it has started, as of {@link openProcess}.
 *
 * Cancelling leaves no process. @throws as {@link openProcess}; TimeoutError and IncompleteReadError before the first
 * prompt
 * @example
 * ```ts
 * import { openDialogue, run } from 'asyncio-ts';
 * await run(async () => {
 *   await using shell = await openDialogue(['sh', '-i'], { prompt: '$ ', env: { ...process.env, PS1: '$ ', ENV: '' } });
 *   console.log(await shell.ask('echo $((6 * 7))')); // -> 42
 * });
 * ```
 */
export async function openDialogue(command: Command, options: DialogueOptions = {}): Promise<Dialogue> {
  checkOptions(options, 'openDialogue');
  const { prompt, mark, timeout, maxAnswer, ...rest } = options;
  if (prompt !== undefined) checkMarker(prompt, 'prompt');
  if (mark !== undefined && typeof mark !== 'function')
    throw new InvalidArgumentError('mark', `mark is a function, not ${showValue(mark)}`);
  if (timeout !== undefined) toMilliseconds(timeout, 'timeout');
  checkWhole(maxAnswer ?? MOST_ANSWER, 'maxAnswer', 1);
  try {
    const tree = await openTree(command, { ...rest, stdin: PIPE, stdout: PIPE, stderr: STDOUT });
    const dialogue = new Dialogue(tree, showCommand(command), options);
    try {
      if (prompt !== undefined) await dialogue.readUntil(prompt);
    } catch (error) {
      await tree.end();
      throw error;
    }
    return dialogue;
  } catch (error) {
    throw isOSError(error) || error instanceof AsyncioError ? atCallerIfFound(error, openDialogue) : error;
  }
}

async function within<T>(
  timeout: Duration | undefined,
  awaited: string,
  body: () => Promise<T>,
): Promise<T> {
  if (timeout === undefined) return await body();
  const limit = toMilliseconds(timeout, 'timeout');
  const scope = new CancelScope({ deadline: runningLoop('dialogue').time() + limit });
  const result = await scope.run(body);
  if (scope.cancelledCaught) throw new TimeoutError(`dialogue: ${awaited} did not come within ${limit} ms`);
  return result as T;
}

function trimEnd(answer: string): string {
  return answer.replace(/\r?\n$/, '');
}
