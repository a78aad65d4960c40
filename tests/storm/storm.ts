// The cancellation storm: many tasks use every primitive while others cancel them at random moments, at
// every depth of timeouts, scopes, groups and shields. Whatever happens, afterwards nothing may be lost:
// no item, no permit, no wake-up, no timer, no task, and every `finally` ran exactly once.
//
// It is driven by one seed and by a clock that jumps, so that a run can be repeated.

import {
  allTasks,
  Barrier,
  BoundedSemaphore,
  CancelScope,
  CapacityLimiter,
  Condition,
  createTask,
  Event,
  gather,
  interruptible,
  isCancelled,
  LifoQueue,
  Lock,
  moveOnAfter,
  newEventLoop,
  PriorityQueue,
  Queue,
  race,
  Semaphore,
  shield,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  waitFor,
} from '../../src/asyncio.ts';
import type { EventLoop, Task } from '../../src/asyncio.ts';
import { viewLoop } from '../../src/lowlevel.ts';
import { JumpingClock } from '../jumpingClock.ts';

export interface StormOptions {
  seed: number;
  /** How many cancels are asked for. */
  cancels: number;
  /** How many tasks there are at a time. */
  tasks: number;
}

export interface StormReport {
  cancels: number;
  operations: number;
  interrupted: number;
  items: number;
  /** What does not hold, in words; empty when all is well. */
  violations: string[];
}

/** Numbers below `limit`, the same ones for the same seed (mulberry32). */
export function randomFrom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

export async function storm(options: StormOptions): Promise<StormReport> {
  const loop = newEventLoop({ clock: new JumpingClock() });
  try {
    return await loop.runUntilComplete(() => new Storm(options, loop).run());
  } finally {
    loop.close();
  }
}

class Storm {
  readonly #options: StormOptions;
  readonly #loop: EventLoop;
  readonly #random: (limit: number) => number;
  readonly #violations: Set<string> = new Set();
  readonly #lock: Lock = new Lock();
  readonly #semaphore: Semaphore = new Semaphore(3);
  readonly #bounded: BoundedSemaphore = new BoundedSemaphore(2);
  readonly #limiter: CapacityLimiter = new CapacityLimiter(3);
  readonly #event: Event = new Event();
  readonly #condition: Condition = new Condition();
  readonly #barrier: Barrier = new Barrier(3);
  readonly #queues: Queue<number>[] = [new Queue(4), new LifoQueue(4), new PriorityQueue(4), new Queue()];
  readonly #inside: Map<string, number> = new Map();
  /** Items that were put and not yet got, and items that came out before their `put` returned. */
  readonly #stored: Set<number> = new Set();
  readonly #early: Set<number> = new Set();
  #items: number = 0;
  #nextItem: number = 0;
  #entered: number = 0;
  #left: number = 0;
  #operations: number = 0;
  #interrupted: number = 0;
  #cancels: number = 0;
  #going: boolean = true;
  #helping: boolean = true;

  constructor(options: StormOptions, loop: EventLoop) {
    this.#options = options;
    this.#loop = loop;
    this.#random = randomFrom(options.seed);
  }

  async run(): Promise<StormReport> {
    // A shield that was cancelled leaves nobody to hear of a timeout behind it; anything else is news.
    this.#loop.setExceptionHandler((_, { message, exception }) => {
      if (!(exception instanceof TimeoutError)) this.#violations.add(`${message}: ${String(exception)}`);
    });
    const workers: Task<void>[] = [];
    for (let i = 0; i < this.#options.tasks; i++) workers.push(this.#start());
    const helpers = [createTask(() => this.#wakeOthers()), createTask(() => this.#moveItems())];
    while (this.#cancels < this.#options.cancels) {
      for (let i = this.#random(5); i >= 0; i--) {
        const at = this.#random(workers.length);
        if ((workers[at] as Task<void>).cancel()) this.#cancels++;
        // One in eight of the new ones is cancelled before it starts.
        else if (((workers[at] = this.#start()), this.#random(8) === 0)) workers[at].cancel();
      }
      await sleep(this.#random(4) === 0 ? this.#random(5) : 0);
    }
    this.#going = false;
    for (const worker of workers) worker.cancel();
    for (const worker of workers) await ended(worker);
    // Whatever was shielded goes on by itself, and has to end as long as others wake it.
    for (let i = 0; i < 200 && allTasks().size > 1 + helpers.length; i++) await sleep(5);
    this.#helping = false;
    for (const helper of helpers) await helper;
    this.#checkEnd();
    return {
      cancels: this.#cancels,
      operations: this.#operations,
      interrupted: this.#interrupted,
      items: this.#items,
      violations: [...this.#violations],
    };
  }

  #start(): Task<void> {
    return createTask(async () => {
      while (this.#going) {
        try {
          await this.#wrapped(this.#random(4));
        } catch (error) {
          // Half of the tasks end with their cancel, the others go on.
          if (isCancelled(error)) {
            this.#interrupted++;
            if (this.#random(2) === 0) throw error;
          } else if (!(error instanceof TimeoutError)) {
            this.#violations.add(`an operation failed: ${String(error)}`);
            throw error;
          }
        }
      }
    });
  }

  /** An operation inside some layers of structure. */
  async #wrapped(depth: number): Promise<void> {
    this.#entered++;
    try {
      await this.#layer(depth);
    } finally {
      this.#left++;
    }
  }

  async #layer(depth: number): Promise<void> {
    if (depth === 0) return await this.#operation();
    const inner = (): Promise<void> => this.#wrapped(depth - 1);
    const limit = this.#random(6);
    switch (this.#random(9)) {
      case 0:
        return await timeout(limit, inner);
      case 1:
        return void (await moveOnAfter(limit, inner));
      case 2:
        return await waitFor(inner, limit);
      case 3:
        return void (await taskGroup(async (group) => {
          for (let i = 0; i < 2; i++) void group.createTask(inner);
          await inner();
        }).catch(onlyExpected));
      case 4:
        return void (await gather([inner, inner], { returnExceptions: true }));
      case 5:
        return void (await race([inner, () => sleep(limit)]));
      case 6:
        return await new CancelScope({ deadline: this.#loop.time() + limit }).run(inner);
      case 7:
        return await shield(() => this.#short());
      default:
        return await inner();
    }
  }

  #short(): Promise<void> {
    return this.#wrapped(0);
  }

  async #operation(): Promise<void> {
    this.#operations++;
    switch (this.#random(12)) {
      case 0:
        return await this.#hold('lock', 1, () => this.#lock.acquire());
      case 1:
        return await this.#hold('semaphore', 3, () => this.#semaphore.acquire());
      case 2:
        return await this.#hold('bounded', 2, () => this.#bounded.acquire());
      case 3:
        return await this.#hold('limiter', 3, () => this.#limiter.acquire());
      case 4:
        return void (await this.#event.wait());
      case 5: {
        const guard = await this.#condition.acquire();
        try {
          await this.#condition.wait();
        } finally {
          guard.release();
        }
        return;
      }
      case 6:
        return void (await timeout(3, () => this.#barrier.wait()));
      case 7:
      case 8:
        return await this.#putOne();
      case 9:
      case 10:
        return await this.#getOne();
      default:
        await sleep(this.#random(3));
        await interruptible(Promise.resolve());
    }
  }

  async #hold(what: string, most: number, acquire: () => Promise<Disposable>): Promise<void> {
    const guard = await acquire();
    const inside = (this.#inside.get(what) ?? 0) + 1;
    this.#inside.set(what, inside);
    if (inside > most) this.#violations.add(`${inside} hold the ${what} that takes ${most}`);
    try {
      await sleep(this.#random(2));
    } finally {
      this.#inside.set(what, (this.#inside.get(what) as number) - 1);
      guard[Symbol.dispose]();
    }
  }

  async #putOne(): Promise<void> {
    const item = this.#nextItem++;
    await (this.#queues[this.#random(4)] as Queue<number>).put(item);
    this.#noteStored(item);
  }

  async #getOne(): Promise<void> {
    const queue = this.#queues[this.#random(4)] as Queue<number>;
    const item = await queue.get();
    this.#note(item);
    queue.taskDone();
  }

  #noteStored(item: number): void {
    this.#items++;
    if (!this.#early.delete(item)) this.#stored.add(item);
  }

  #note(item: number): void {
    if (!this.#stored.delete(item)) this.#early.add(item);
  }

  /** Sets events and notifies, so that who waits for them has a chance. */
  async #wakeOthers(): Promise<void> {
    while (this.#helping) {
      this.#event.set();
      await sleep(this.#random(2));
      this.#event.clear();
      const guard = await this.#condition.acquire();
      this.#condition.notify(1 + this.#random(3));
      guard.release();
      await sleep(1);
    }
  }

  /** Keeps the queues from being full or empty for ever; never cancelled before the end. */
  async #moveItems(): Promise<void> {
    while (this.#helping) {
      for (const queue of this.#queues) {
        while (queue.qsize() > 2) {
          this.#note(queue.getNowait());
          queue.taskDone();
        }
        if (queue.empty()) {
          const item = this.#nextItem++;
          queue.putNowait(item);
          this.#noteStored(item);
        }
      }
      await sleep(1);
    }
  }

  #checkEnd(): void {
    const check = (holds: boolean, text: string): void => {
      if (!holds) this.#violations.add(text);
    };
    for (const queue of this.#queues) while (!queue.empty()) this.#note(queue.getNowait());
    for (const item of this.#stored) check(false, `item ${item} was lost`);
    for (const item of this.#early) check(false, `item ${item} came out twice, or of a put that failed`);
    check(this.#entered === this.#left, `${this.#entered} blocks entered, ${this.#left} left`);
    for (const [what, inside] of this.#inside) check(inside === 0, `${inside} still hold the ${what}`);
    check(!this.#lock.locked(), 'the lock is still locked');
    check(!this.#condition.locked(), 'the lock of the condition is still locked');
    check(this.#semaphore.value === 3, `the semaphore has ${this.#semaphore.value} of 3 permits`);
    check(this.#bounded.value === 2, `the bounded semaphore has ${this.#bounded.value} of 2 permits`);
    check(this.#limiter.borrowedTokens === 0, `${this.#limiter.borrowedTokens} tokens are still borrowed`);
    check(this.#barrier.nWaiting === 0, `${this.#barrier.nWaiting} still wait at the barrier`);
    const waiting = {
      lock: this.#lock.statistics().waiters,
      semaphore: this.#semaphore.statistics().waiters,
      bounded: this.#bounded.statistics().waiters,
      limiter: this.#limiter.statistics().waiters,
      event: this.#event.statistics().waiters,
      condition: this.#condition.statistics().waiters,
      lockOfCondition: this.#condition.statistics().lockWaiters,
      ...Object.fromEntries(
        this.#queues.flatMap((queue, i) => [
          [`getters of queue ${i}`, queue.statistics().getters],
          [`putters of queue ${i}`, queue.statistics().putters],
        ]),
      ),
    };
    for (const [what, count] of Object.entries(waiting))
      check(count === 0, `${count} waiters left: ${what}`);
    check(allTasks().size === 1, `${allTasks().size - 1} tasks are left`);
    const view = viewLoop(this.#loop);
    check(view.nextTimer === Infinity, 'a timer is left');
    check(view.ready === 0, `${view.ready} entries are left in the ready queue`);
  }
}

// A group whose children time out throws them together.
function onlyExpected(error: unknown): void {
  const all = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  for (const one of all) {
    if (one instanceof AggregateError) onlyExpected(one);
    else if (isCancelled(error) || !(one instanceof TimeoutError)) throw error;
  }
}

async function ended(task: Task<void>): Promise<void> {
  // A task that goes on after its cancel stops because the storm is over, at the latest after another one.
  while (!task.done()) {
    task.cancel();
    await sleep(1);
  }
  if (!task.cancelled()) task.exception();
}
