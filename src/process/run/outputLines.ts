// What a process writes, line by line as it comes.
//
// 1. Nothing is read ahead but what the streams hold (`limit`): who reads slowly has the process wait.
// 2. Lines of one output are in order. Between the two outputs it is the order in which they came here.
// 3. A cancel of the wait loses no line: the reading that has begun goes on, and its line is the next one.

import { InvalidArgumentError, UsageError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import { createTask } from '../../core/task/createTask.ts';
import type { Task } from '../../core/task/task.ts';
import type { StreamReader } from '../../streams/streamReader.ts';
import { FIRST_COMPLETED, wait } from '../../structured/wait.ts';

/** A line of {@link ProcessTree.lines}, and where it comes from.
 * @example
 * ```ts
 * import type { OutputLine } from 'asyncio-ts';
 * const line: OutputLine = { from: 'stderr', text: 'no such file' };
 * console.log(`${line.from}: ${line.text}`); // -> stderr: no such file
 * ```
 */
export interface OutputLine {
  readonly from: 'stdout' | 'stderr';
  /** Without the end of the line. */
  readonly text: string;
}

/** Which output is read. */
export type LinesFrom = 'stdout' | 'stderr' | 'both';

interface Source {
  readonly from: 'stdout' | 'stderr';
  readonly reader: StreamReader;
  reading: Task<Buffer> | undefined;
}

/** Reads the lines of a process; what {@link ProcessTree.lines} returns.
 * @example
 * ```ts
 * import { openProcess, OutputLines, PIPE, run } from 'asyncio-ts';
 * await run(async () => {
 *   await using tree = await openProcess(['seq', '2'], { stdout: PIPE });
 *   const lines = tree.lines();
 *   console.log(lines instanceof OutputLines, await lines.next());
 *   // -> true { value: { from: 'stdout', text: '1' }, done: false }
 * });
 * ```
 */
export class OutputLines implements AsyncIterableIterator<OutputLine, undefined> {
  #sources: Source[];
  readonly #encoding: BufferEncoding;

  /** @internal */
  constructor(sources: readonly (readonly [OutputLine['from'], StreamReader])[], encoding: BufferEncoding) {
    this.#sources = sources.map(([from, reader]) => ({ from, reader, reading: undefined }));
    this.#encoding = encoding;
  }

  /** The next line. A cancel takes none.
   * @throws LineTooLongError for a line longer than the `limit` of the process; the next call goes on after it */
  async next(): Promise<IteratorResult<OutputLine, undefined>> {
    for (;;) {
      const [only, other] = this.#sources;
      if (only === undefined) return { value: undefined, done: true };
      const source = other === undefined && only.reading === undefined ? only : await this.#first();
      const bytes = source.reading === undefined ? await source.reader.readline() : this.#take(source);
      if (bytes.length === 0) this.#sources = this.#sources.filter((each) => each !== source);
      else return { value: { from: source.from, text: this.#text(bytes) }, done: false };
    }
  }

  /** Ends the iteration; what was not read stays in the streams. */
  async return(): Promise<IteratorResult<OutputLine, undefined>> {
    for (const { reading } of this.#sources) reading?.cancel();
    this.#sources = [];
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  // The one that was read last is asked last.
  async #first(): Promise<Source> {
    const readings = this.#sources.map(
      (source) => (source.reading ??= createTask(() => source.reader.readline())),
    );
    await wait(readings, { returnWhen: FIRST_COMPLETED });
    return this.#sources.find(({ reading }) => reading?.done()) as Source;
  }

  #take(source: Source): Buffer {
    const { reading } = source;
    source.reading = undefined;
    this.#sources = [...this.#sources.filter((each) => each !== source), source];
    return (reading as Task<Buffer>).result();
  }

  #text(line: Buffer): string {
    const text = line.toString(this.#encoding);
    return text.endsWith('\r\n') ? text.slice(0, -2) : text.endsWith('\n') ? text.slice(0, -1) : text;
  }
}

/** @throws UsageError for an output that is no pipe; InvalidArgumentError */
export function openLines(
  {
    stdout,
    stderr,
  }: { readonly stdout: StreamReader | undefined; readonly stderr: StreamReader | undefined },
  from: LinesFrom | undefined,
  encoding: BufferEncoding,
): OutputLines {
  if (from !== undefined && from !== 'stdout' && from !== 'stderr' && from !== 'both')
    throw new InvalidArgumentError('from', `from is 'stdout', 'stderr' or 'both', not ${showValue(from)}`);
  if (/^(utf-?16le|ucs-?2|base64|base64url|hex)$/i.test(encoding))
    throw new InvalidArgumentError(
      'encoding',
      `there are no lines to find in ${encoding}: read the stream itself`,
    );
  const all = [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const;
  const wanted = all.filter(([name, reader]) =>
    from === undefined ? reader !== undefined : from === 'both' || from === name,
  );
  for (const [name, reader] of wanted)
    if (reader === undefined)
      throw new UsageError(`${name} of this process is no pipe: open it with ${name}: PIPE`);
  if (wanted.length === 0)
    throw new UsageError('no output of this process is a pipe: open it with stdout: PIPE');
  return new OutputLines(wanted as [OutputLine['from'], StreamReader][], encoding);
}
