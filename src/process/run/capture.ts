// What a program writes, kept in memory: all of it up to a limit, or its end.

import type { StreamReader } from '../../streams/streamReader.ts';

const CHUNK = 65_536;

/** More came than may be kept. */
export const OVER_LIMIT: Error = new Error('more output than may be kept');

export class Capture {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #size: number = 0;
  #isOver: boolean = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Reads to the end; a cancel leaves what was read. @throws OVER_LIMIT, with the limit's bytes kept */
  async readAll(reader: StreamReader | undefined): Promise<void> {
    if (reader === undefined) return;
    for (;;) {
      const chunk = await reader.read(CHUNK);
      if (chunk.length === 0) return;
      const room = this.#limit - this.#size;
      this.#add(chunk.length > room ? chunk.subarray(0, room) : chunk);
      this.#isOver = chunk.length > room;
      if (this.#isOver) throw OVER_LIMIT;
    }
  }

  /** Keeps no more than the last bytes, about twice the limit at most. */
  addToEnd(chunk: Buffer): void {
    this.#add(chunk);
    while (this.#chunks.length > 1 && this.#size - (this.#chunks[0] as Buffer).length >= this.#limit)
      this.#size -= (this.#chunks.shift() as Buffer).length;
  }

  /** Whether more came than may be kept. */
  get isOver(): boolean {
    return this.#isOver;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  #add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }
}
