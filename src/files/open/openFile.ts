// What files of bytes and of text have in common: one operation at a time, and an end.
//
// 1. Operations run one after the other, in the order in which they were called, whichever task called them.
// 2. A file ends once, with its descriptor, whatever fails or is cancelled meanwhile. What was accepted is written
//    before: closing a file on a disk is not interrupted, and a cancel comes at the next await. At the other end of a
//    pipe nobody may ever read: there a cancel ends the wait, and what was not written is lost.
// 3. It is a resource of its loop: closed when the run ends, and reported then in debug mode.

import { CancelScope, getRunningLoop, Lock, UsageError } from '../../asyncio.ts';
import { addResource } from '../../lowlevel.ts';
import { Buffered } from '../binary/buffered.ts';
import type { RawFile } from '../host/rawFile.ts';
import { atCaller, changing } from '../host/hostCall.ts';
import type { Mode } from './mode.ts';
import { UnsupportedOperation } from './unsupportedOperation.ts';

type Callable = (...args: never[]) => unknown;

export interface OpenFileOptions {
  readonly mode: Mode;
  readonly bufferSize: number;
  /** False for a descriptor that somebody else closes. */
  readonly closesDescriptor: boolean;
  /** What else ends with it, such as the name of a temporary file. */
  readonly atEnd?: Ending | undefined;
}

/** An end in its own time, and one at once. */
export interface Ending {
  end(): Promise<void>;
  endNow(): void;
}

export class OpenFile {
  readonly descriptor: RawFile;
  readonly buffered: Buffered;
  readonly mode: Mode;
  readonly #lock: Lock;
  readonly #closesDescriptor: boolean;
  readonly #forget: () => void;
  #closing: Promise<void> | undefined = undefined;
  #closed: boolean = false;
  readonly #atEnd: Ending | undefined;

  constructor(descriptor: RawFile, { mode, bufferSize, closesDescriptor, atEnd }: OpenFileOptions) {
    this.descriptor = descriptor;
    this.buffered = new Buffered(descriptor, bufferSize);
    this.mode = mode;
    this.#lock = new Lock({ name: String(descriptor.name) });
    this.#closesDescriptor = closesDescriptor;
    this.#atEnd = atEnd;
    const loop = getRunningLoop();
    this.#forget = addResource(loop, {
      description: this.what,
      close: () => this.#closeNow(),
      end: async () => {
        if (loop.getDebug()) loop.callExceptionHandler({ message: `unclosed ${this.what}: close() it` });
        await this.close();
      },
      isClosing: () => this.#closing !== undefined,
    });
  }

  get what(): string {
    return `file '${this.descriptor.name}' (${this.mode.name})`;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** No operation runs: one that needs nothing of the host's can be done at once. */
  get isFree(): boolean {
    return this.#closing === undefined && !this.#lock.locked();
  }

  checkOpen(): void {
    if (this.#closing !== undefined) throw new UsageError(`the ${this.what} is closed`);
  }

  checkReadable(): void {
    this.checkOpen();
    if (!this.mode.reading) throw new UnsupportedOperation(`the ${this.what} is not readable`);
  }

  checkWritable(): void {
    this.checkOpen();
    if (!this.mode.writing) throw new UnsupportedOperation(`the ${this.what} is not writable`);
  }

  checkSeekable(): void {
    this.checkOpen();
    if (!this.descriptor.seekable) throw new UnsupportedOperation(`the ${this.what} has no position`);
  }

  /** Runs an operation in its turn. `below` is the public method, for the stack of an error. */
  async inTurn<T>(below: Callable, body: () => Promise<T> | T): Promise<T> {
    try {
      return await this.#lock.with(() => {
        this.checkOpen();
        return body();
      });
    } catch (error) {
      throw atCaller(error, below);
    }
  }

  /** The end. */
  async close(below: Callable = this.close): Promise<void> {
    if (this.#closing === undefined) {
      const ended = Promise.withResolvers<void>();
      ended.promise.catch(() => {});
      this.#closing = ended.promise;
      try {
        await this.#end();
        ended.resolve();
      } catch (error) {
        ended.reject(error);
        throw atCaller(error, below);
      }
    } else if (!this.#closed) await changing(async () => await this.#closing?.catch(() => {}));
  }

  async #end(): Promise<void> {
    const regular = this.descriptor.regular;
    this.descriptor.release();
    try {
      if (regular) await uninterrupted(() => this.#finish());
      else await this.#finish();
    } finally {
      this.#closed = true;
      this.#forget();
      await uninterrupted(async () => {
        try {
          if (this.#closesDescriptor) await changing(() => this.descriptor.close());
        } finally {
          await this.#atEnd?.end();
        }
      });
    }
  }

  async #finish(): Promise<void> {
    await this.#lock.with(() => this.#writeOut());
  }

  async #writeOut(): Promise<void> {
    if (this.descriptor.blocksNever || this.descriptor.regular) await this.buffered.settled();
    await this.buffered.flush();
    // A child that goes on with the descriptor goes on where the program stood.
    if (!this.#closesDescriptor && this.mode.reading) await this.buffered.dropReadAhead();
  }

  #closeNow(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closing ??= Promise.resolve();
    if (this.#closesDescriptor) this.descriptor.closeNow();
    this.#atEnd?.endNow();
  }
}

async function uninterrupted(body: () => Promise<void>): Promise<void> {
  await new CancelScope({ shield: true }).run(body);
}
