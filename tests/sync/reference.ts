// asyncio's algorithms for locks and queues, told once more in the plainest way: a coroutine that awaits a
// future in a list. Slow and obvious. The real ones must do the same in the same order, whatever program
// runs on them; see sameAsReference.test.ts.

import { Future } from '../../src/asyncio.ts';

type Waiters = Future<void>[];

const woken = (waiter: Future<void>): boolean => waiter.done() && !waiter.cancelled();

function remove(waiters: Waiters, waiter: Future<void>): void {
  const at = waiters.indexOf(waiter);
  if (at >= 0) void waiters.splice(at, 1);
}

function wakeAndDropNext(waiters: Waiters): void {
  for (let waiter = waiters.shift(); waiter !== undefined; waiter = waiters.shift()) {
    if (waiter.done()) continue;
    waiter.setResult();
    return;
  }
}

export class PlainLock {
  #locked = false;
  readonly waiters: Waiters = [];

  locked(): boolean {
    return this.#locked;
  }

  async acquire(): Promise<boolean> {
    if (!this.#locked && this.waiters.every((waiter) => waiter.cancelled())) return (this.#locked = true);
    const mine = new Future<void>();
    this.waiters.push(mine);
    try {
      try {
        await mine;
      } finally {
        remove(this.waiters, mine);
      }
    } catch (error) {
      if (!this.#locked) this.#wakeFirst();
      throw error;
    }
    return (this.#locked = true);
  }

  release(): void {
    if (!this.#locked) throw new Error('not locked');
    this.#locked = false;
    this.#wakeFirst();
  }

  #wakeFirst(): void {
    const [first] = this.waiters;
    if (first !== undefined && !first.done()) first.setResult();
  }
}

export class PlainEvent {
  #set = false;
  readonly waiters: Waiters = [];

  set(): void {
    if (this.#set) return;
    this.#set = true;
    for (const waiter of this.waiters) if (!waiter.done()) waiter.setResult();
  }

  clear(): void {
    this.#set = false;
  }

  async wait(): Promise<boolean> {
    if (this.#set) return true;
    const mine = new Future<void>();
    this.waiters.push(mine);
    try {
      await mine;
      return true;
    } finally {
      remove(this.waiters, mine);
    }
  }
}

export class PlainSemaphore {
  value: number;
  readonly waiters: Waiters = [];

  constructor(value: number) {
    this.value = value;
  }

  locked(): boolean {
    return this.value === 0 || this.waiters.some((waiter) => !waiter.cancelled());
  }

  async acquire(): Promise<boolean> {
    if (!this.locked()) {
      this.value--;
      return true;
    }
    const mine = new Future<void>();
    this.waiters.push(mine);
    try {
      try {
        await mine;
      } finally {
        remove(this.waiters, mine);
      }
    } catch (error) {
      if (woken(mine)) this.value++;
      throw error;
    } finally {
      while (this.value > 0 && this.#wakeNext());
    }
    return true;
  }

  release(): void {
    this.value++;
    this.#wakeNext();
  }

  #wakeNext(): boolean {
    const next = this.waiters.find((waiter) => !waiter.done());
    if (next === undefined) return false;
    this.value--;
    next.setResult();
    return true;
  }
}

export class PlainQueue {
  readonly #maxsize: number;
  readonly #items: number[] = [];
  readonly getters: Waiters = [];
  readonly putters: Waiters = [];
  readonly #finished = new PlainEvent();
  #unfinished = 0;
  #down = false;

  constructor(maxsize: number) {
    this.#maxsize = maxsize;
    this.#finished.set();
  }

  qsize(): number {
    return this.#items.length;
  }

  full(): boolean {
    return this.#maxsize > 0 && this.#items.length >= this.#maxsize;
  }

  async put(item: number): Promise<void> {
    while (this.full()) {
      if (this.#down) throw new Error('shut down');
      await this.#waitIn(this.putters, () => !this.full());
    }
    this.putNowait(item);
  }

  putNowait(item: number): void {
    if (this.#down) throw new Error('shut down');
    if (this.full()) throw new Error('full');
    this.#items.push(item);
    this.#unfinished++;
    this.#finished.clear();
    wakeAndDropNext(this.getters);
  }

  async get(): Promise<number> {
    while (this.#items.length === 0) {
      if (this.#down) throw new Error('shut down');
      await this.#waitIn(this.getters, () => this.#items.length > 0);
    }
    return this.getNowait();
  }

  getNowait(): number {
    if (this.#items.length === 0) throw new Error(this.#down ? 'shut down' : 'empty');
    const item = this.#items.shift() as number;
    wakeAndDropNext(this.putters);
    return item;
  }

  taskDone(): void {
    if (this.#unfinished <= 0) throw new Error('too often');
    if (--this.#unfinished === 0) this.#finished.set();
  }

  async join(): Promise<void> {
    if (this.#unfinished > 0) await this.#finished.wait();
  }

  shutdown(immediate: boolean): void {
    this.#down = true;
    if (immediate) {
      this.#unfinished = Math.max(0, this.#unfinished - this.#items.length);
      this.#items.length = 0;
      if (this.#unfinished === 0) this.#finished.set();
    }
    for (const waiters of [this.getters, this.putters]) {
      for (const waiter of waiters.splice(0)) if (!waiter.done()) waiter.setResult();
    }
  }

  async #waitIn(waiters: Waiters, canGo: () => boolean): Promise<void> {
    const mine = new Future<void>();
    waiters.push(mine);
    try {
      await mine;
    } catch (error) {
      mine.cancel();
      remove(waiters, mine);
      if (canGo() && !mine.cancelled()) wakeAndDropNext(waiters);
      throw error;
    }
  }
}
