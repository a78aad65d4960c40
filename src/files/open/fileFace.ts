// What every file can be asked and told, whether it holds bytes or text. There is no more in it than in Python's IOBase: a
// face over an OpenFile, which does the work.

import { sync } from './fileOperations.ts';
import type { OpenFile } from './openFile.ts';

export abstract class FileFace implements AsyncDisposable {
  readonly #file: OpenFile;

  /** @internal */
  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** The path it was opened by, or the number of the descriptor. */
  get name(): string | number {
    return this.#file.descriptor.name;
  }

  /** As it was given. */
  get mode(): string {
    return this.#file.mode.name;
  }

  get closed(): boolean {
    return this.#file.closed;
  }

  /** Gives what was accepted to the system. */
  async flush(): Promise<void> {
    this.#file.checkOpen();
    return await this.#file.inTurn(this.flush, async () => await this.#file.buffered.flush());
  }

  /** The same, and has the system put it onto the disk: the contents, and unless `dataOnly`, times and the like. */
  async fsync(options: { dataOnly?: boolean } = {}): Promise<void> {
    this.#file.checkOpen();
    return await this.#file.inTurn(
      this.fsync,
      async () => await sync(this.#file, options.dataOnly === true),
    );
  }

  /** Writes what was accepted and closes the descriptor, also where the writing fails. Harmless a second time. */
  async close(): Promise<void> {
    await this.#file.close(this.close);
  }

  /** The number of the descriptor. Its position is the system's: see the page. */
  fileno(): number {
    this.#file.checkOpen();
    return this.#file.descriptor.fileno();
  }

  isatty(): boolean {
    this.#file.checkOpen();
    return this.#file.descriptor.isTerminal;
  }

  readable(): boolean {
    this.#file.checkOpen();
    return this.#file.mode.reading;
  }

  writable(): boolean {
    this.#file.checkOpen();
    return this.#file.mode.writing;
  }

  seekable(): boolean {
    this.#file.checkOpen();
    return this.#file.descriptor.seekable;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
