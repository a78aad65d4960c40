// A temporary file that is memory as long as it is short.

import { atCaller, changing } from '../host/hostCall.ts';
import type { RawFile } from '../host/rawFile.ts';
import type { OpenedFile, OpenOptions } from '../open/face.ts';
import type { OpenFile } from '../open/openFile.ts';
import { UnsupportedOperation } from '../open/unsupportedOperation.ts';
import { makeNameless, temporary } from './temporaryFile.ts';
import type { TemporaryOptions } from './temporaryName.ts';

/** What a spooled file has besides.
 * @example
 * ```ts
 * import type { Spooled } from 'asyncio-ts/files';
 * const spooled: Spooled = { rolledOver: false, rollover: async () => {} };
 * console.log(spooled.rolledOver); // -> false
 * ```
 */
export interface Spooled {
  /** Whether it is on the disk. */
  readonly rolledOver: boolean;
  /** Puts it onto the disk, in its turn. @throws OSError, and it stays in memory; UsageError when it is closed */
  rollover(): Promise<void>;
}

/** Makes a temporary file that stays in memory until more than `maxSize` bytes have been written to it, or its rollover is
 * asked for. Semantics: Python's tempfile.SpooledTemporaryFile. What the file holds back for writing counts when it
 * is given on: see `flush` and the option `buffering`.
 * @param options.maxSize in bytes; 0 (the default) for no limit
 * @param options.mode `w+b` by default
 * @throws OSError
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { SpooledTemporaryFile } from 'asyncio-ts/files';
 * await run(async () => {
 *   await using file = await SpooledTemporaryFile({ maxSize: 10 });
 *   await file.write(Buffer.from('short'));
 *   await file.flush();
 *   console.log(file.rolledOver); // -> false
 *   await file.write(Buffer.from(' and long'));
 *   await file.flush();
 *   console.log(file.rolledOver); // -> true
 * });
 * ```
 */
export async function SpooledTemporaryFile<M extends string = 'w+b'>(
  options: OpenOptions & TemporaryOptions & { maxSize?: number; mode?: M } = {},
): Promise<OpenedFile<M> & Spooled> {
  try {
    let raw: SpooledRaw | undefined;
    let opened: OpenFile | undefined;
    const file = await temporary((options.mode ?? 'w+b') as M, options, (mode) => {
      const make = async (): Promise<RawFile> => (await makeNameless(mode, options)).raw;
      raw = new SpooledRaw(options.maxSize ?? 0, mode.appending, make);
      return Promise.resolve({ raw, opened: (made: OpenFile) => (opened = made) });
    });
    const spooled = raw as unknown as SpooledRaw;
    const inside = opened as unknown as OpenFile;
    return Object.defineProperties(file, {
      rolledOver: { get: () => spooled.rolledOver },
      rollover: {
        value: async function rollover(): Promise<void> {
          inside.checkOpen();
          await inside.inTurn(rollover, async () => {
            await inside.buffered.flush();
            await changing(() => spooled.rollover());
          });
        },
      },
    }) as OpenedFile<M> & Spooled;
  } catch (error) {
    throw atCaller(error, SpooledTemporaryFile);
  }
}

class SpooledRaw implements RawFile {
  readonly name: string = 'spooled temporary file';
  readonly regular: boolean = true;
  readonly seekable: boolean = true;
  readonly blocksNever: boolean = true;
  readonly size: number = 0;
  readonly isTerminal: boolean = false;
  readonly #limit: number;
  readonly #appending: boolean;
  readonly #make: () => Promise<RawFile>;
  #memory: Buffer = Buffer.alloc(0);
  #length: number = 0;
  #position: number = 0;
  #disk: RawFile | undefined = undefined;

  constructor(limit: number, appending: boolean, make: () => Promise<RawFile>) {
    this.#limit = limit;
    this.#appending = appending;
    this.#make = make;
  }

  get rolledOver(): boolean {
    return this.#disk !== undefined;
  }

  get position(): number {
    return this.#disk?.position ?? this.#position;
  }

  set position(value: number) {
    if (this.#disk === undefined) this.#position = value;
    else this.#disk.position = value;
  }

  fileno(): number {
    if (this.#disk === undefined)
      throw new UnsupportedOperation(
        'a spooled file that is in memory has no descriptor: rollover() first',
      );
    return this.#disk.fileno();
  }

  async rollover(): Promise<void> {
    if (this.#disk !== undefined) return;
    const disk = await this.#make();
    try {
      for (let done = 0; done < this.#length;)
        done += (await disk.write(this.#memory.subarray(done, this.#length), done)) ?? 0;
    } catch (error) {
      await disk.close();
      throw error;
    }
    disk.position = this.#position;
    this.#disk = disk;
    this.#memory = Buffer.alloc(0);
  }

  async read(room: Uint8Array, position?: number): Promise<number | undefined> {
    if (this.#disk !== undefined) return await this.#disk.read(room, position);
    const from = position ?? this.#position;
    const part = this.#memory.subarray(from, Math.min(this.#length, from + room.length));
    room.set(part);
    if (position === undefined) this.#position += part.length;
    return part.length;
  }

  async write(bytes: Uint8Array, position?: number): Promise<number | undefined> {
    const from = position ?? (this.#appending ? this.#length : this.#position);
    const end = from + bytes.length;
    if (this.#limit > 0 && end > this.#limit) await this.rollover();
    if (this.#disk !== undefined) return await this.#disk.write(bytes, position);
    this.#grow(Math.max(end, this.#length));
    this.#memory.set(bytes, from);
    if (position === undefined) this.#position = end;
    return bytes.length;
  }

  #grow(length: number): void {
    if (length > this.#memory.length) {
      const larger = Buffer.alloc(Math.max(length, 2 * this.#memory.length));
      this.#memory.copy(larger, 0, 0, this.#length);
      this.#memory = larger;
    }
    this.#length = length;
  }

  async truncate(size: number): Promise<void> {
    if (this.#limit > 0 && size > this.#limit) await this.rollover();
    if (this.#disk !== undefined) return await this.#disk.truncate(size);
    if (size < this.#length) {
      this.#memory.fill(0, size, this.#length);
      this.#length = size;
    } else this.#grow(size);
  }

  async length(): Promise<number> {
    return (await this.#disk?.length()) ?? this.#length;
  }

  async sync(dataOnly: boolean): Promise<void> {
    await this.#disk?.sync(dataOnly);
  }

  async close(): Promise<void> {
    this.#memory = Buffer.alloc(0);
    await this.#disk?.close();
  }

  closeNow(): void {
    this.#disk?.closeNow();
  }

  // Memory and disks are always ready.
  readable(): Promise<void> {
    return Promise.resolve();
  }

  writable(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {}
}
