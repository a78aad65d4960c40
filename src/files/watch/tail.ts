// The lines of a file that grows: `tail -F`, as an async iterator.
//
// 1. A line is given when its end has come. What is left without one is given when the file is: at its end, where nobody
//    follows it, and when another has taken its place.
// 2. A file that was renamed, and made anew under its name, is read to its end first. One that has become shorter is
//    read from its start. One that is missing is waited for. What was cut off and has grown past the old place before
//    anybody looked can't be told from what grew, as with `tail -F`.
// 3. `position` is what follows the last line that was given, wherever the loop is left. Whoever goes on from there gets
//    every line once; also where the file has been renamed since, as long as it is in the same folder (rotation.ts).
// 4. The file is looked at every `interval`: on every file system, with no watcher to run out of.
// 5. The file is open as long as the loop over it runs, and is a resource of the event loop.

import { Buffer } from 'node:buffer';
import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { getRunningLoop, InvalidArgumentError, OSError, sleep } from '../../asyncio.ts';
import { addResource } from '../../lowlevel.ts';
import { changing, looking, shielded } from '../host/hostCall.ts';
import { fspath, toHost } from '../path/fsPath.ts';
import type { FilePath } from '../path/fsPath.ts';
import { folderGiven, nameError } from '../path/nameError.ts';
import { samestat } from '../path/questions.ts';
import { offsetOfLastLines } from './lastLines.ts';
import { findFile, statIfFile, successor } from './rotation.ts';

/** A place in a file, whatever the file is called by now. It goes through JSON. */
export interface TailPosition {
  readonly dev: number;
  readonly ino: number;
  /** In bytes. */
  readonly offset: number;
}

export interface TailOptions {
  /** Goes on when the end is reached; true by default. */
  readonly follow?: boolean | undefined;
  /** How many of the lines that are there already are given; 10 by default. */
  readonly lines?: number | undefined;
  /** Gives all of them; false by default. */
  readonly fromStart?: boolean | undefined;
  /** Goes on from where another tail of the file stood. */
  readonly position?: TailPosition | undefined;
  /** What the text is written in, by the names that TextDecoder knows; `utf-8` by default. What is none is U+FFFD. */
  readonly encoding?: string | undefined;
  /** Milliseconds between two looks; 100 by default. */
  readonly interval?: number | undefined;
  /** Bytes of the longest line; a longer one comes in pieces. 1 MiB by default. */
  readonly lineLimit?: number | undefined;
}

/** The last lines of a file, and those that come. They come without their line ends.
 * @throws InvalidArgumentError; FileNotFoundError where the file is missing and nobody follows it
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { tail } from 'asyncio-ts/files';
 * await run(async () => {
 *   for await (const line of tail('LICENSE', { follow: false, lines: 1 })) console.log(line); // -> ...SOFTWARE...
 * });
 * ```
 */
export function tail(path: FilePath, options: TailOptions = {}): Tail {
  return new Tail(fspath(path), options);
}

/** See {@link tail}.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { tail } from 'asyncio-ts/files';
 * await run(async () => {
 *   const first = tail('LICENSE', { follow: false, fromStart: true });
 *   for await (const _ of first) break;
 *   const rest = tail('LICENSE', { follow: false, position: first.position });
 *   for await (const line of rest) { console.log(line === ''); break; } // -> true
 * });
 * ```
 */
export class Tail implements AsyncIterable<string> {
  readonly path: string;
  readonly #options: {
    readonly follow: boolean;
    readonly lines: number;
    readonly fromStart: boolean;
    readonly interval: number;
    readonly lineLimit: number;
  };
  readonly #decoder: TextDecoder;
  #position: TailPosition | undefined;

  /** @internal */
  constructor(path: string, options: TailOptions) {
    const { follow = true, lines = 10, fromStart = false, interval = 100, lineLimit = 2 ** 20 } = options;
    if (!(lines >= 0))
      throw new InvalidArgumentError('lines', `lines is a number from 0, not ${String(lines)}`);
    if (!(interval >= 0))
      throw new InvalidArgumentError(
        'interval',
        `interval is a number of milliseconds, not ${String(interval)}`,
      );
    if (!(lineLimit >= 1))
      throw new InvalidArgumentError(
        'lineLimit',
        `lineLimit is a number of bytes, not ${String(lineLimit)}`,
      );
    this.path = path;
    this.#options = { follow, lines, fromStart, interval, lineLimit };
    this.#position = options.position;
    try {
      this.#decoder = new TextDecoder(options.encoding ?? 'utf-8');
    } catch (cause) {
      throw new InvalidArgumentError('encoding', `the host knows no encoding '${options.encoding}'`, {
        cause,
      });
    }
  }

  /** Where the line begins that is given next; undefined before a file was found. */
  get position(): TailPosition | undefined {
    return this.#position;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    const { follow, interval } = this.#options;
    let following = this.path;
    let reading = await this.#begin();
    try {
      for (;;) {
        if (reading !== undefined) {
          yield* this.#lines(reading, false);
          const found = await looking(() => next(this.path, reading as Reading));
          const after = follow || found === 'other' ? found : 'end';
          if (after === 'same' || after === 'missing') {
            await sleep(interval);
            continue;
          }
          // What was written until it was given up.
          if (after !== 'shorter') yield* this.#lines(reading, false);
          yield* this.#lines(reading, true);
          if (after === 'end') return;
          if (after === 'shorter') {
            reading.offset = 0;
            this.#position = { ...reading.id, offset: 0 };
            continue;
          }
          const { file } = reading;
          following = await looking(async () => successor(this.path, await file.stat({ bigint: true })));
          await reading.close();
          reading = undefined;
        }
        reading = await openReading(following);
        following = this.path;
        if (reading === undefined) await sleep(interval);
        else this.#position = { ...reading.id, offset: 0 };
      }
    } finally {
      await reading?.close();
    }
  }

  /** The file to begin with, at the place to begin at; undefined where it is missing. */
  async #begin(): Promise<Reading | undefined> {
    const { follow, fromStart, lines } = this.#options;
    const wanted = this.#position;
    const path = wanted === undefined ? this.path : await looking(() => findFile(this.path, wanted));
    const reading = await openReading(path, follow);
    if (reading === undefined) return undefined;
    try {
      const { size } = await looking(() => reading.file.stat());
      const continues =
        wanted?.ino === reading.id.ino && wanted.dev === reading.id.dev && size >= wanted.offset;
      if (continues) reading.offset = wanted.offset;
      else if (wanted === undefined && !fromStart)
        reading.offset = await looking(() => offsetOfLastLines(reading.file, size, lines));
      this.#position = { ...reading.id, offset: reading.offset };
      return reading;
    } catch (error) {
      await reading.close();
      throw error;
    }
  }

  /** The lines that are whole, or, with `last`, what is left. */
  async *#lines(reading: Reading, last: boolean): AsyncGenerator<string, void, undefined> {
    const { lineLimit } = this.#options;
    if (last) {
      const { held } = reading;
      reading.held = empty;
      if (held.length > 0) yield this.#give(reading, held, held.length);
      return;
    }
    for (;;) {
      const chunk = await looking(() => reading.read());
      if (chunk.length === 0) return;
      reading.offset += chunk.length;
      reading.held = reading.held.length === 0 ? chunk : Buffer.concat([reading.held, chunk]);
      for (;;) {
        const { held } = reading;
        const end = held.indexOf(10);
        if (end === -1 && held.length <= lineLimit) break;
        const whole = end !== -1 && end <= lineLimit;
        const taken = whole ? end + 1 : lineLimit;
        reading.held = held.subarray(taken);
        yield this.#give(reading, held.subarray(0, whole ? end : lineLimit), taken);
      }
    }
  }

  #give(reading: Reading, line: Buffer, taken: number): string {
    const { offset = 0 } = this.#position ?? {};
    this.#position = { ...reading.id, offset: offset + taken };
    return this.#decoder.decode(line.at(-1) === 13 ? line.subarray(0, -1) : line);
  }
}

const empty = Buffer.alloc(0);
const CHUNK = 64 * 1024;

/** A file that is being read. */
class Reading {
  readonly file: FileHandle;
  readonly id: { readonly dev: number; readonly ino: number };
  readonly #path: string;
  readonly #remove: () => void;
  /** What has been read and not given yet. */
  held: Buffer = empty;
  /** Up to where it has been read. */
  offset = 0;

  constructor(file: FileHandle, { dev, ino }: Stats, path: string) {
    this.file = file;
    this.#path = path;
    this.id = { dev, ino };
    this.#remove = addResource(getRunningLoop(), {
      description: `tail of ${path}`,
      close: () => void file.close().catch(() => {}),
    });
  }

  async read(): Promise<Buffer> {
    const chunk = Buffer.allocUnsafe(CHUNK);
    try {
      const { bytesRead } = await this.file.read(chunk, 0, CHUNK, this.offset);
      return chunk.subarray(0, bytesRead);
    } catch (error) {
      throw nameError(error, this.#path);
    }
  }

  async close(): Promise<void> {
    this.#remove();
    await shielded(this.file.close());
  }
}

/** Undefined where the file is missing, and that is no error. */
async function openReading(path: string, mayMiss = true): Promise<Reading | undefined> {
  const start = async (): Promise<Reading> => {
    const file = await open(toHost(path), 'r');
    try {
      const stats = await file.stat();
      if (stats.isDirectory()) throw folderGiven(path);
      return new Reading(file, stats, path);
    } catch (error) {
      await file.close();
      throw error;
    }
  };
  try {
    return await changing(start, (reading) => reading.close());
  } catch (error) {
    if (mayMiss && error instanceof OSError && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What has become of the file since it was read to its end. */
async function next(path: string, reading: Reading): Promise<'same' | 'missing' | 'other' | 'shorter'> {
  const there = await statIfFile(path);
  if (there === undefined) return 'missing';
  if (!samestat(there, await reading.file.stat())) return 'other';
  return there.size < reading.offset ? 'shorter' : 'same';
}
