// A file of trace events, in the array form of the Chrome trace format: `[`, then one event a line.
//
// 1. Bounded memory: what is buffered goes to the file when it is 64 KiB or a tenth of a second old, by a call that
//    waits for it. A program that is killed loses what it did in its last tenth of a second.
// 2. The file can be read at every moment: the format allows the end of the array to be missing. It is written where
//    nobody else has written.
// 3. Threads and child processes append to the same file. Each call appends whole lines, and the system puts the
//    appends of several one after the other.
// 4. A file that has grown to its limit takes no more, and says so once. So does one that can't be written any further, as
//    on a full disk: a traced program goes on, whatever becomes of its trace.

import { InvalidArgumentError } from '../../asyncio.ts';
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

const CHUNK = 64 * 1024;
/** The most that a trace has by default, in bytes. */
const GIBIBYTE = 2 ** 30;

/** Where a trace goes, and how much it may be.
 * @throws InvalidArgumentError */
export function traceTarget(
  pid: number,
  { file = `asyncio-trace-${pid}.json`, maxSize = GIBIBYTE }: { file?: unknown; maxSize?: unknown },
): { file: string; maxSize: number } {
  if (typeof file !== 'string' || file === '')
    throw new InvalidArgumentError('file', 'file must be the path of a file');
  if (typeof maxSize !== 'number' || !(maxSize > 0))
    throw new InvalidArgumentError('maxSize', 'maxSize must be a number of bytes above 0');
  return { file, maxSize };
}

export class TraceFile {
  readonly path: string;
  readonly #fd: number;
  readonly #limit: number;
  readonly #ended: (error?: Error) => void;
  /** Whether this is the one that began the file, and may end it. */
  readonly #first: boolean;
  #buffer: string = '';
  #written: number = 0;
  #closed: boolean = false;
  #failed: boolean = false;
  #isFull: boolean = false;

  /** Begins the file, or goes on with the one that another thread or process has begun. `ended` is called when `limit`
   * bytes have been written from here, and with the error when it can't be written any further.
   * @throws the host's error where it can't be opened */
  constructor(path: string, first: boolean, limit: number, ended: (error?: Error) => void) {
    this.path = path;
    this.#first = first;
    this.#limit = limit;
    this.#ended = ended;
    // Emptied first: one that is opened for appending can't be.
    if (first) closeSync(openSync(path, 'w'));
    this.#fd = openSync(path, 'a');
    if (first) this.#append('[\n');
  }

  /** Bytes written from here. */
  get written(): number {
    return this.#written;
  }

  /** Adds one event: JSON without a line break. */
  add(event: string): void {
    this.#buffer += `${event},\n`;
    if (this.#buffer.length >= CHUNK) this.flush();
  }

  flush(): void {
    if (this.#buffer === '' || this.#closed) return;
    const text = this.#buffer;
    this.#buffer = '';
    if (this.#failed) return;
    try {
      this.#append(text);
    } catch (error) {
      this.#failed = true;
      this.#ended(error as Error);
      return;
    }
    // What ends it writes its last lines.
    if (this.#written < this.#limit || this.#isFull) return;
    this.#isFull = true;
    this.#ended();
  }

  /** Ends the file; `last` is the event that stands at its end. */
  close(last: string): void {
    if (this.#closed) return;
    this.flush();
    this.#closed = true;
    try {
      // Others may still write into one that they have written into.
      if (!this.#failed && this.#first && fstatSync(this.#fd).size === this.#written)
        this.#append(`${last}\n]\n`);
    } catch {
      // The format does not need its end.
    }
    closeSync(this.#fd);
  }

  #append(text: string): void {
    const bytes = Buffer.from(text);
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(this.#fd, bytes, at);
    } catch (error) {
      this.#takeBack(at);
      throw error;
    }
    this.#written += bytes.length;
  }

  // Half a line is none. Where others have written too it is not known whose is the last.
  #takeBack(length: number): void {
    try {
      if (fstatSync(this.#fd).size === this.#written + length) ftruncateSync(this.#fd, this.#written);
    } catch {
      // It is no file that could be cut.
    }
  }
}
