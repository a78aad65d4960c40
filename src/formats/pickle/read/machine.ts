// The state of the machine that reads a pickle: its bytes, a stack with marks, and a memo; `run.ts` runs it.
//
// 1. No memory is taken for what a length promises, before the bytes are there.
// 2. What is on the stack is data: a class is a name, with what the table of classes says about it.
// 3. Whatever asks the state for what it has not throws an UnpicklingError that says where.

import { Float } from '../../float.ts';
import { opcodeName } from '../opcodes.ts';
import { UnpicklingError } from '../pickleErrors.ts';
import type { UnpicklingReason } from '../pickleErrors.ts';
import { Tuple } from '../values/containers.ts';
import type { AnyPickleClass } from '../classes/pickleClass.ts';
import { decodeUtf8 } from './decode.ts';
import type { LoadSettings } from './loadOptions.ts';
import { CACHED, cachedText } from './textCache.ts';

/** What an object's class is. */
export interface Made {
  readonly name: string;
  readonly known: AnyPickleClass | undefined;
}

/** Thrown where bytes are missing; caught by what runs the machine. */
export const SHORT_OF_BYTES: unique symbol = Symbol('more');

export class Machine {
  readonly settings: LoadSettings;
  bytes: Buffer = Buffer.alloc(0);
  /** Where the next opcode, or its argument, is. */
  at: number = 0;
  /** Behind the last byte there is. */
  end: number = 0;
  /** How many bytes more the opcode wants at least. */
  needs: number = 1;
  protocol: number = 0;
  readonly stack: unknown[] = [];
  readonly memo: unknown[] = [];
  /** How many of the memo's places are taken, where they have gaps. */
  memoized: number = 0;
  // The memo as it was when the pickle began: so far it went, so many were taken, and this was where others are now.
  #length: number = 0;
  #taken: number = 0;
  #replaced: Map<number, unknown> | undefined = undefined;
  /** Objects of classes, with what their class says. */
  made: Map<unknown, Made> | undefined = undefined;
  /** The stack's height at the last mark, and at the marks before. */
  fence: number = 0;
  readonly marks: number[] = [];
  /** Where the opcode is that runs. */
  opcodeAt: number = 0;
  /** How many have run. */
  items: number = 0;

  constructor(settings: LoadSettings) {
    this.settings = settings;
  }

  /** Begins a pickle, with the memo that there is. */
  begin(bytes: Buffer, end: number = bytes.length): void {
    this.feed(bytes, end);
    this.at = 0;
    this.fence = 0;
    this.protocol = 0;
    this.stack.length = 0;
    this.marks.length = 0;
    this.items = 0;
    this.#length = this.memo.length;
    this.#taken = this.memoized;
    this.#replaced = undefined;
  }

  /** Takes back what the pickle that was begun has put into the memo. */
  forgetPickle(): void {
    const { memo } = this;
    memo.length = this.#length;
    this.memoized = this.#taken;
    for (const [index, value] of this.#replaced ?? []) memo[index] = value;
    this.#replaced = undefined;
  }

  clearMemo(): void {
    this.memo.length = this.memoized = 0;
    this.#length = this.#taken = 0;
  }

  /** The pickle from its begin on, with more bytes than before. */
  feed(bytes: Buffer, end: number): void {
    this.bytes = bytes;
    this.end = end;
  }

  /** The value, after STOP. */
  result(): unknown {
    const value = this.pop();
    this.stack.length = 0;
    this.made = undefined;
    return value;
  }

  /** Where `count` bytes are, which are used up. */
  take(count: number): number {
    const { at } = this;
    const end = at + count;
    if (end > this.end) {
      this.needs = end - this.opcodeAt;
      throw SHORT_OF_BYTES;
    }
    this.at = end;
    return at;
  }

  uint1(): number {
    return this.bytes[this.take(1)] as number;
  }

  uint4(): number {
    const at = this.take(4);
    return this.bytes.readUInt32LE(at);
  }

  uint8(): number {
    const at = this.take(8);
    const length = this.bytes.readUInt32LE(at) + this.bytes.readUInt32LE(at + 4) * 0x1_0000_0000;
    if (length > Number.MAX_SAFE_INTEGER) throw this.error('a length is beyond all memory');
    return length;
  }

  text(length: number): string {
    const start = this.take(length);
    if (length <= CACHED) {
      const cached = cachedText(this.bytes, start, length);
      if (cached !== undefined) return cached;
    }
    const text = decodeUtf8(this.bytes, start, start + length);
    if (text === undefined) throw this.error('its text is no UTF-8');
    return text;
  }

  /** A copy: what is read may live longer than the pickle. */
  blob(length: number): Buffer {
    const start = this.take(length);
    return Buffer.from(this.bytes.subarray(start, start + length));
  }

  pushInt(value: number | bigint): void {
    this.stack.push(this.settings.bigints ? BigInt(value) : value);
  }

  pushFloat(value: number): void {
    const { keepFloats } = this.settings;
    this.stack.push(keepFloats && Number.isSafeInteger(value) ? new Float(value) : value);
  }

  /** Makes a tuple of what is from `start` on. */
  pushTuple(start: number): void {
    const { stack } = this;
    const { length } = stack;
    if (this.settings.arrays) {
      const array = stack.slice(start);
      stack.length = start;
      stack.push(array);
      return;
    }
    const tuple = new Tuple();
    for (let index = start; index < length; index += 1) tuple.push(stack[index]);
    stack.length = start;
    stack.push(Object.freeze(tuple));
  }

  /** The height `count` values below the top. */
  below(count: number): number {
    const start = this.stack.length - count;
    if (start < this.fence) throw this.error('the stack has less than it takes');
    return start;
  }

  top(): unknown {
    return this.stack[this.below(1)];
  }

  pop(): unknown {
    this.below(1);
    return this.stack.pop();
  }

  /** The height at the last mark, which goes. */
  popMark(): number {
    const before = this.marks.pop();
    if (before === undefined) throw this.error('there is no mark');
    const start = this.fence;
    this.fence = before;
    return start;
  }

  put(index: number, value: unknown): void {
    const { memo } = this;
    if (memo[index] === undefined) {
      if (++this.memoized > this.settings.maxMemo) throw this.overLimit('maxMemo');
      if (index > 0xffff_fffe) throw this.error('the memo has no such place');
    }
    if (index < this.#length) this.#keep(index);
    memo[index] = value;
  }

  #keep(index: number): void {
    this.#replaced ??= new Map();
    if (!this.#replaced.has(index)) this.#replaced.set(index, this.memo[index]);
  }

  get(index: number): unknown {
    const value = this.memo[index];
    if (value === undefined) throw this.error(`the memo has nothing at ${index}`);
    return value;
  }

  error(message: string, reason: UnpicklingReason = 'corrupt', cause?: unknown): UnpicklingError {
    const offset = this.opcodeAt;
    const opcode = offset < this.end ? opcodeName(this.bytes[offset] as number) : undefined;
    const where = `at byte ${offset}${opcode === undefined ? '' : `, ${opcode}`}`;
    const about = { reason, offset, opcode };
    return new UnpicklingError(`${message} (${where})`, cause === undefined ? about : { ...about, cause });
  }

  overLimit(name: 'maxBytes' | 'maxItems' | 'maxMemo' | 'maxDepth'): UnpicklingError {
    return this.error(`the pickle is beyond ${name}, ${this.settings[name]}`, 'limit');
  }

  /** The bytes have come to their end. */
  truncated(): UnpicklingError {
    const { needs } = this;
    this.opcodeAt = this.at;
    return this.end === 0
      ? this.error('there is no pickle: there are no bytes', 'truncated')
      : this.error(
          `the pickle is cut off: ${this.end} bytes, and at least ${this.at + needs} are wanted`,
          'truncated',
        );
  }
}
