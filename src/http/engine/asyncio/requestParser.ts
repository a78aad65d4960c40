// One connection's half of parsing: what llhttp found of the request that is under way.
//
// 1. The head is kept as one string and split when somebody asks (requestHead.ts). While it is parsed only places in it
//    are written down. A head that comes in several reads is carried from one to the next.
// 2. What was found of the body are places in llhttp's memory, good until the next read of any connection.
// 3. The parser stops where the next request begins, which is looked at when this one is answered.

import { OK, PAUSED, STOPPED } from './llhttp.ts';
import type { Findings, Llhttp } from './llhttp.ts';

/** Where a name, a value, or neither was found last. */
const NOWHERE = 0;
const NAME = 1;
const VALUE = 2;

const LOWER = 0x20;
const LOWER_4 = 0x20202020;
const HOST_LETTERS = 0x686f7374;
const LETTER_E = 0x65;
const LETTER_T = 0x74;

export class RequestParser implements Findings {
  readonly llhttp: Llhttp;
  readonly #state: number;
  /** Fields of a head, and of trailers. */
  readonly #maxFields: number;
  readonly #maxTrailers: number;

  /** What was carried over from earlier reads, and once the head is complete all of it. */
  head: string = '';
  /** Places in {@link head}. */
  targetStart: number = -1;
  targetEnd: number = -1;
  headEnd: number = 0;
  hostStart: number = -1;
  hostEnd: number = -1;
  hosts: number = 0;
  fields: number = 0;
  /** A field is there that changes how the request is dealt with: it is to be looked for in the head. */
  special: boolean = false;
  /** The head came in several reads: nothing is known of its fields. */
  carried: boolean = false;
  begun: boolean = false;
  headComplete: boolean = false;
  complete: boolean = false;
  upgrade: boolean = false;
  keepAlive: boolean = false;
  tooMany: boolean = false;
  /** The first piece of the body in the last read, and the others behind it. */
  bodyAddress: number = 0;
  bodySize: number = 0;
  morePieces: number[] | undefined = undefined;
  trailers: string[] | undefined = undefined;

  /** What the last `execute` returned. */
  code: number = OK;
  /** What is to be added to an address to have a place in the head. */
  #shift: number = 0;
  #last: number = NOWHERE;
  #hostIsNext: boolean = false;
  #trailersSize: number = 0;

  constructor(llhttp: Llhttp, maxFields: number, maxTrailers: number) {
    this.llhttp = llhttp;
    this.#maxFields = maxFields;
    this.#maxTrailers = maxTrailers;
    this.#state = llhttp.allocate();
  }

  /** Parses the first `count` bytes of llhttp's room. @returns what `execute` did */
  execute(count: number): number {
    const { llhttp } = this;
    const { address } = llhttp;
    this.bodySize = 0;
    this.morePieces = undefined;
    this.#shift = this.head.length - address;
    const inHead = !this.headComplete;
    llhttp.current = this;
    const code = (this.code = llhttp.calls.llhttp_execute(this.#state, address, count));
    if (inHead) {
      const end = this.headComplete ? this.headEnd - this.#shift : address + count;
      const text = llhttp.memory.latin1Slice(address, end);
      if (this.head === '') this.head = text;
      else {
        this.head += text;
        this.carried = true;
      }
    }
    return code;
  }

  /** How many of the bytes given to {@link execute} were parsed when it stopped. */
  get stoppedAt(): number {
    return this.llhttp.calls.llhttp_get_error_pos(this.#state) - this.llhttp.address;
  }

  get method(): string {
    return this.llhttp.methodName(this.methodNumber);
  }

  get methodNumber(): number {
    return this.llhttp.calls.llhttp_get_method(this.#state);
  }

  get major(): number {
    return this.llhttp.calls.llhttp_get_http_major(this.#state);
  }

  get minor(): number {
    return this.llhttp.calls.llhttp_get_http_minor(this.#state);
  }

  get reason(): string {
    return this.llhttp.reason(this.#state);
  }

  /** The request is answered: the parser is ready for the next. */
  next(paused: boolean, upgradePaused: boolean): void {
    if (upgradePaused) this.llhttp.calls.llhttp_resume_after_upgrade(this.#state);
    else if (paused) this.llhttp.calls.llhttp_resume(this.#state);
    // Where it was paused it has begun with the next one.
    this.begun = paused;
    this.head = '';
    this.targetStart = this.hostStart = this.hostEnd = -1;
    this.hosts = this.fields = this.headEnd = 0;
    this.special = this.carried = this.headComplete = this.complete = this.upgrade = false;
    this.#last = NOWHERE;
    this.#hostIsNext = false;
    if (this.trailers !== undefined) {
      this.trailers = undefined;
      this.#trailersSize = 0;
    }
  }

  release(): void {
    this.llhttp.release(this.#state, !this.begun);
  }

  messageBegun(): number {
    if (this.begun) return PAUSED;
    this.begun = true;
    return OK;
  }

  target(address: number, size: number): number {
    if (this.targetStart < 0) this.targetStart = address + this.#shift;
    this.targetEnd = address + size + this.#shift;
    return OK;
  }

  fieldName(address: number, size: number): number {
    if (this.headComplete) return this.#trailer(NAME, address, size);
    if (this.#last !== NAME) {
      this.#last = NAME;
      if (++this.fields > this.#maxFields) return this.#tooMany();
      // 'host'; 'expect' and 'transfer-encoding', or what looks like them.
      if (size === 4) {
        if (this.#lettersAt(address) === HOST_LETTERS) this.#hostIsNext = true;
      } else if (size === 6) {
        if (((this.llhttp.memory[address] as number) | LOWER) === LETTER_E) this.special = true;
      } else if (size === 17) {
        if (((this.llhttp.memory[address] as number) | LOWER) === LETTER_T) this.special = true;
      }
    }
    this.headEnd = address + size + this.#shift;
    return OK;
  }

  fieldValue(address: number, size: number): number {
    if (this.headComplete) return this.#trailer(VALUE, address, size);
    const start = address + this.#shift;
    this.headEnd = start + size;
    if (this.#last !== VALUE) {
      this.#last = VALUE;
      if (this.#hostIsNext) {
        this.#hostIsNext = false;
        this.hosts++;
        this.hostStart = start;
        this.hostEnd = start + size;
      }
    }
    return OK;
  }

  body(address: number, size: number): number {
    if (this.bodySize === 0) {
      this.bodyAddress = address;
      this.bodySize = size;
    } else (this.morePieces ??= []).push(address, size);
    return OK;
  }

  headEnds(upgrade: boolean, keepAlive: boolean): number {
    this.headComplete = true;
    // No field at all: what is left is the version.
    if (this.headEnd === 0) this.headEnd = this.targetEnd + 9;
    this.upgrade = upgrade;
    this.keepAlive = keepAlive;
    this.#last = NOWHERE;
    return OK;
  }

  messageComplete(): number {
    this.complete = true;
    return OK;
  }

  // Trailers are rare: a list of names and values at once, each put together of its pieces.
  #trailer(kind: typeof NAME | typeof VALUE, address: number, size: number): number {
    const trailers = (this.trailers ??= []);
    const text = this.llhttp.memory.latin1Slice(address, address + size);
    if (this.#last === kind && trailers.length > 0) trailers.push((trailers.pop() as string) + text);
    else {
      trailers.push(text);
      this.#last = kind;
    }
    this.#trailersSize += size;
    if (trailers.length > 2 * this.#maxFields || this.#trailersSize > this.#maxTrailers)
      return this.#tooMany();
    return OK;
  }

  #tooMany(): number {
    this.tooMany = true;
    return STOPPED;
  }

  #lettersAt(address: number): number {
    const { memory } = this.llhttp;
    return (
      (((memory[address] as number) << 24) |
        ((memory[address + 1] as number) << 16) |
        ((memory[address + 2] as number) << 8) |
        (memory[address + 3] as number) |
        LOWER_4) >>>
      0
    );
  }
}
