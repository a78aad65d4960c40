// The reading half of a fuzzed direction: reads of every kind in any order, with pauses and cancels in
// between. Each read is held against what the content says its answer is.

import assert from 'node:assert/strict';
import { createTask, IncompleteReadError, isCancelled, LimitOverrunError } from '../../../src/asyncio.ts';
import { sleep } from '../../../src/asyncio.ts';
import type { StreamReader } from '../../../src/asyncio.ts';
import type { Random } from '../../../src/testing/random.ts';
import { separators } from './content.ts';
import type { Content } from './content.ts';

const newline = [Buffer.from('\n')];

export interface ReadingPlan {
  /** The limit that the reader has. */
  readonly limit: number;
  /** Reads ask for up to two to the power of this. */
  readonly scale: number;
  /** The end of the stream comes behind the content. Else no read may ask for more than that. */
  readonly ends: boolean;
}

export class Reading {
  /** How far it is. */
  at: number = 0;
  /** The kinds of reads and how often each was done; `cancelled` counts the cancelled ones. */
  readonly done: Record<string, number> = {};
  readonly #random: Random;
  readonly #reader: StreamReader;
  readonly #content: Content;
  readonly #limit: number;
  readonly #scale: number;
  readonly #ends: boolean;

  constructor(random: Random, reader: StreamReader, content: Content, plan: ReadingPlan) {
    this.#random = random;
    this.#reader = reader;
    this.#content = content;
    this.#limit = plan.limit;
    this.#scale = plan.scale;
    this.#ends = plan.ends;
  }

  /** Reads everything, and the end after it where there is one. */
  async readAll(): Promise<void> {
    const kinds = [
      this.#some,
      this.#line,
      this.#exactly,
      this.#until,
      this.#until,
      this.#lines,
      this.#chunks,
    ];
    while (this.at < this.#left.end) {
      if (this.#random.oneIn(8)) await sleep(this.#random.int(3));
      if (this.#ends && this.#random.oneIn(400)) await this.#rest();
      else await this.#random.pick(kinds).call(this);
    }
    if (!this.#ends) return;
    assert.equal((await this.#reader.read(10)).length, 0);
    assert.equal(this.#reader.atEof(), true);
  }

  get #left(): { size: number; end: number } {
    const end = this.#content.bytes.length;
    return { size: end - this.at, end };
  }

  async #some(): Promise<void> {
    const most = this.#size();
    const bytes = await this.#maybeCancelled('read', () => this.#reader.read(most));
    if (bytes === undefined) return;
    assert.ok(bytes.length > 0 && bytes.length <= most, `read(${most}) gave ${bytes.length} bytes`);
    this.#take(bytes, this.at + bytes.length);
  }

  /** The next line, if it can be read: one that is longer than the limit would be dropped. */
  #nextLine(): { end: number } | undefined {
    const { size: length, end } = this.#left;
    const line = this.#content.endOf(this.at, newline) ?? (this.#ends ? { end, length } : undefined);
    return line !== undefined && line.length <= this.#limit ? line : undefined;
  }

  async #line(): Promise<void> {
    const line = this.#nextLine();
    if (line === undefined) return;
    const bytes = await this.#maybeCancelled('readline', () => this.#reader.readline());
    if (bytes !== undefined) this.#take(bytes, line.end);
  }

  async #exactly(): Promise<void> {
    const count = this.#ends ? this.#size() : Math.min(this.#size(), this.#left.size);
    try {
      const bytes = await this.#maybeCancelled('readExactly', () => this.#reader.readExactly(count));
      if (bytes !== undefined) this.#take(bytes, this.at + count);
    } catch (error) {
      if (!(error instanceof IncompleteReadError)) throw error;
      assert.equal(error.expected, count);
      assert.ok(count > this.#left.size, `${count} bytes were there`);
      this.#take(error.partial, this.#left.end);
    }
  }

  async #until(): Promise<void> {
    const among = this.#random.shuffled(separators).slice(0, 1 + this.#random.int(separators.length));
    const limit = this.#random.oneIn(3) ? 1 + this.#random.int(300) : this.#limit;
    const expected = this.#content.endOf(this.at, among);
    if (expected === undefined && !this.#ends) return;
    try {
      const read = (): Promise<Buffer> =>
        this.#reader.readUntil(among.length === 1 ? among[0] : among, { limit });
      const bytes = await this.#maybeCancelled('readUntil', read);
      if (bytes === undefined) return;
      assert.ok(expected !== undefined && expected.length <= limit, 'there was no such message');
      this.#take(bytes, expected.end);
    } catch (error) {
      if (error instanceof LimitOverrunError) {
        assert.ok((expected?.length ?? this.#left.size) > limit, `${error.message}, but it was shorter`);
        assert.ok(error.consumed > 0 && error.consumed <= (expected?.length ?? this.#left.size));
        this.#take(await this.#reader.readExactly(error.consumed), this.at + error.consumed);
      } else if (error instanceof IncompleteReadError) {
        assert.equal(expected, undefined);
        this.#take(error.partial, this.#left.end);
      } else throw error;
    }
  }

  async #lines(): Promise<void> {
    let turns = 1 + this.#random.int(20);
    let line = this.#nextLine();
    if (line === undefined) return;
    this.#count('lines');
    for await (const bytes of this.#reader) {
      this.#take(bytes, line.end);
      line = this.#nextLine();
      if ((turns -= 1) === 0 || line === undefined) return;
    }
    assert.equal(this.at, this.#left.end);
  }

  async #chunks(): Promise<void> {
    const size = this.#size();
    let turns = 1 + this.#random.int(5);
    this.#count('chunks');
    for await (const chunk of this.#reader.chunks(size)) {
      assert.ok(chunk.length <= size);
      this.#take(chunk, this.at + chunk.length);
      if ((turns -= 1) === 0 || (!this.#ends && this.#left.size === 0)) return;
    }
    assert.equal(this.at, this.#left.end);
  }

  async #rest(): Promise<void> {
    this.#count('rest');
    this.#take(await this.#reader.read(), this.#left.end);
  }

  #size(): number {
    return Math.ceil(2 ** (this.#random.next() * this.#scale));
  }

  /** Reads in a task that may be cancelled; undefined when it was. */
  async #maybeCancelled(kind: string, read: () => Promise<Buffer>): Promise<Buffer | undefined> {
    this.#count(kind);
    if (!this.#random.oneIn(3)) return await read();
    const task = createTask(read);
    for (let turns = this.#random.int(5); turns > 0; turns -= 1) await sleep(0);
    task.cancel();
    try {
      return await task;
    } catch (error) {
      if (!isCancelled(error)) throw error;
      this.#count('cancelled');
      return undefined;
    }
  }

  #take(bytes: Buffer, end: number): void {
    const expected = this.#content.bytes.subarray(this.at, end);
    if (!expected.equals(bytes)) {
      const length = Math.min(bytes.length, expected.length);
      let same = 0;
      while (same < length && bytes[same] === expected[same]) same += 1;
      const sizes = `${bytes.length} bytes in place of ${expected.length}`;
      assert.fail(`at ${this.at}: ${sizes}, the first ${same} of them right; ${JSON.stringify(this.done)}`);
    }
    this.at += bytes.length;
  }

  #count(kind: string): void {
    this.done[kind] = (this.done[kind] ?? 0) + 1;
  }
}
