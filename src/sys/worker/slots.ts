// The state of each call that stands at a worker, in memory that both sides share. Nobody else reads or writes it.
//
//   FREE ─post─> POSTED ─claim─> RUNNING ─ask─> CANCELLED, or LEFT where the consumer of a stream has gone
//     ^             │revoke         │finish         │finish
//     └──skip── REVOKED             └───> FREE <────┘
//
// 1. The pool posts, revokes and asks; the worker claims, finishes and skips.
// 2. `claim` and `revoke` are one atomic step each, and one of the two succeeds: a call that was revoked never starts,
//    and one that could not be revoked has started or has ended.
// 3. A slot is used again when the worker has freed it.

const FREE = 0;
const POSTED = 1;
const RUNNING = 2;
const CANCELLED = 3;
const REVOKED = 4;
const LEFT = 5;

/** How many calls can stand at a worker. */
const COUNT = 256;

export class Slots {
  readonly memory: SharedArrayBuffer;
  readonly #states: Int32Array<SharedArrayBuffer>;
  #next: number = 0;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(COUNT * 4)) {
    this.memory = memory;
    this.#states = new Int32Array(memory);
  }

  /** The pool takes a slot for a call that it is about to post; -1 when none is free. */
  post(): number {
    for (let tried = 0; tried < COUNT; tried++) {
      const slot = this.#next;
      this.#next = (slot + 1) % COUNT;
      if (Atomics.compareExchange(this.#states, slot, FREE, POSTED) === FREE) return slot;
    }
    return -1;
  }

  /** The call could not be posted. */
  unpost(slot: number): void {
    Atomics.store(this.#states, slot, FREE);
  }

  /** The pool takes a call back. False when the worker has begun with it. */
  revoke(slot: number): boolean {
    return Atomics.compareExchange(this.#states, slot, POSTED, REVOKED) === POSTED;
  }

  /** The pool asks a running call to stop; `left` tells that nobody takes what it yields. */
  ask(slot: number, left: boolean): void {
    Atomics.compareExchange(this.#states, slot, RUNNING, left ? LEFT : CANCELLED);
  }

  /** Whether the worker has begun with a call that has not ended. */
  begun(slot: number): boolean {
    const state = Atomics.load(this.#states, slot);
    return state === RUNNING || state === CANCELLED || state === LEFT;
  }

  /** The worker begins with a call. False when it was taken back: the slot is free then. */
  claim(slot: number): boolean {
    if (Atomics.compareExchange(this.#states, slot, POSTED, RUNNING) === POSTED) return true;
    Atomics.store(this.#states, slot, FREE);
    return false;
  }

  /** Whether a running call was asked to stop. */
  asked(slot: number): boolean {
    return Atomics.load(this.#states, slot) >= CANCELLED;
  }

  /** Whether nobody takes what it yields any more. */
  left(slot: number): boolean {
    return Atomics.load(this.#states, slot) === LEFT;
  }

  /** The worker has ended a call. */
  finish(slot: number): void {
    Atomics.store(this.#states, slot, FREE);
  }
}
