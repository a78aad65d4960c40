// The connections of a pool: who has one, who waits, what is made and what goes.
//
// 1. Whoever comes first is served first, by one that is idle, or by a new one while there are fewer than `maxSize`. A waiter
//    causes a connection to be made, but takes whichever is free first.
// 2. One comes back fit for the next, or not at all: with its transaction rolled back and its state reset. What can't be made fit
//    in time is cut, and replaced when somebody needs it.
// 3. Giving back goes to its end whatever is cancelled meanwhile.
// 4. One that is gone, old or long idle is not given out: it is replaced. So a server that was restarted costs nobody more than
//    the queries that were under way.
// 5. When connecting fails, the first who waits hears of it.

import { Context, createTask, getRunningLoop, isCancelled, moveOnAfter, wait } from '../../asyncio.ts';
import type { EventLoop, Task, TimerHandle } from '../../asyncio.ts';
import type { Backend } from '../connection/backend.ts';
import { openBackend } from '../connection/connect.ts';
import { Connection } from '../connection/connection.ts';
import { Lease } from '../connection/lease.ts';
import { InterfaceError } from '../errors/interfaceError.ts';
import type { PoolOptions, PoolSettings } from './poolOptions.ts';
import { Waiters } from './waiters.ts';
import type { Waiter } from './waiters.ts';

/** A connection of the pool, with what the pool knows of it. */
export interface Member {
  readonly backend: Backend;
  readonly madeAt: number;
  idleSince: number;
}

/** How long a connection may take to be made fit, or to close. */
const PATIENCE = 5000;

export class Members {
  readonly #options: PoolOptions;
  readonly #settings: PoolSettings;
  readonly #patience: number;
  readonly #loop: EventLoop = getRunningLoop();
  readonly #all: Set<Member> = new Set();
  readonly #idle: Member[] = [];
  readonly #waiters: Waiters<Member> = new Waiters();
  readonly #connecting: Set<Task<void>> = new Set();
  readonly #leaving: Set<Task<void>> = new Set();
  readonly #allBack: Waiters<void> = new Waiters();
  #lent: number = 0;
  #sweeping: TimerHandle | undefined = undefined;
  #isClosing: boolean = false;
  /** Those made before are too old. */
  #oldest: number = -Infinity;

  constructor(options: PoolOptions, settings: PoolSettings) {
    this.#options = options;
    this.#settings = settings;
    this.#patience = options.cancelTimeout ?? PATIENCE;
  }

  get size(): number {
    return this.#all.size;
  }
  get idleSize(): number {
    return this.#idle.length;
  }
  get waiting(): number {
    return this.#waiters.length;
  }
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Makes the first ones. */
  async fill(): Promise<void> {
    for (let i = 0; i < this.#settings.minSize; i++) this.#hand(await this.#make());
  }

  expire(): void {
    this.#oldest = this.#loop.time();
  }

  // Taking.

  async take(): Promise<Member> {
    for (;;) {
      if (this.#isClosing) throw new InterfaceError('the pool is closed');
      const member = (this.#waiters.length === 0 ? this.#idle.pop() : undefined) ?? (await this.#queue());
      if (this.#isYoung(member) && (this.#isFresh(member) || (await this.#isAlive(member)))) {
        this.#lent++;
        return member;
      }
      this.#remove(member);
    }
  }

  /** Whoever comes now waits in the line. */
  get isQueueing(): boolean {
    return this.#idle.length === 0 && !this.#isClosing;
  }

  /** Joins the line with something that takes a member the moment it is free, before a task could hear of it.
   * @param take is lent the member */
  join(take: (member: Member) => void): Waiter<Member> {
    const waiter = this.#waiters.join((member) => {
      this.#lent++;
      take(member);
    });
    this.#grow();
    return waiter;
  }

  /** Leaves the line again. */
  leave(waiter: Waiter<Member>): void {
    this.#waiters.leave(waiter);
  }

  async #queue(): Promise<Member> {
    const waiter = this.#waiters.join();
    this.#grow();
    try {
      return await waiter.turn;
    } catch (error) {
      const came = this.#waiters.leave(waiter);
      if (came !== undefined) this.#hand(came);
      throw error;
    }
  }

  /** Makes a connection for each who waits, as far as there is room. */
  #grow(): void {
    const room = this.#settings.maxSize - this.#all.size - this.#connecting.size;
    const wanted = Math.min(room, this.#waiters.length - this.#connecting.size);
    for (let i = 0; i < wanted; i++) {
      // It is not for the task that happens to ask: whatever that is cancelled by, others may wait too.
      const options = { name: 'connecting for a Postgres pool', context: new Context() };
      const task = createTask(() => this.#makeForWaiter(), options);
      this.#connecting.add(task);
      task.addDoneCallback(() => {
        this.#connecting.delete(task);
        if (!this.#isClosing) this.#grow();
      });
    }
  }

  async #makeForWaiter(): Promise<void> {
    try {
      this.#hand(await this.#make());
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.#waiters.failFirst(error);
    }
  }

  async #make(): Promise<Member> {
    const backend = await openBackend(this.#options);
    try {
      await this.#settings.init?.(new Connection(backend, new Lease(async () => {})));
      if (this.#isClosing) throw new InterfaceError('the pool is closed');
    } catch (error) {
      await backend.session.close();
      throw error;
    }
    const now = this.#loop.time();
    const member: Member = { backend, madeAt: now, idleSince: now };
    this.#all.add(member);
    return member;
  }

  #isFresh({ idleSince }: Member): boolean {
    return this.#loop.time() - idleSince < this.#settings.healthCheckAfter;
  }

  async #isAlive(member: Member): Promise<boolean> {
    try {
      await member.backend.script('', { timeout: this.#patience });
      return true;
    } catch (error) {
      if (!isCancelled(error)) return false;
      if (member.backend.session.isClosed) this.#remove(member);
      else this.#hand(member);
      throw error;
    }
  }

  #isYoung({ backend, madeAt }: Member): boolean {
    const { maxLifetime, maxQueries } = this.#settings;
    if (backend.session.isClosed || madeAt <= this.#oldest || backend.operations >= maxQueries)
      return false;
    return this.#loop.time() - madeAt < maxLifetime;
  }

  // Giving back.

  /** Takes back one that is to be made fit for the next. */
  async giveBack(member: Member): Promise<void> {
    try {
      if (this.#settings.reset !== 'never') await this.#makeFit(member);
    } finally {
      this.putBack(member);
    }
  }

  /** Takes back one that is fit. */
  putBack(member: Member): void {
    const { session } = member.backend;
    if (session.isBusy) session.destroyBusy();
    else if (session.status !== 'idle') session.destroy();
    this.#lent--;
    if (this.#isYoung(member)) this.#hand(member);
    else this.#remove(member);
    if (this.#lent === 0) while (this.#allBack.give());
  }

  /** Has the server forget what was left; a connection that can't do that in time is cut. */
  async #makeFit({ backend }: Member): Promise<void> {
    const { session } = backend;
    if (session.isClosed) return;
    if (session.isBusy) return session.destroyBusy();
    try {
      const limits = { timeout: this.#patience };
      await moveOnAfter(this.#patience, () => backend.reset(limits), { shield: true });
    } catch {
      session.destroy();
    }
  }

  #hand(member: Member): void {
    member.idleSince = this.#loop.time();
    if (this.#isClosing || member.backend.session.isClosed) return this.#remove(member);
    if (this.#waiters.give(member)) return;
    this.#idle.push(member);
    this.#sweepLater();
  }

  #remove(member: Member): void {
    this.#all.delete(member);
    if (!member.backend.session.isClosed) this.#closeAside(member);
    if (!this.#isClosing) this.#grow();
  }

  /** Nobody waits for it. */
  #closeAside({ backend }: Member): void {
    const options = { name: 'closing a Postgres connection', context: new Context() };
    const task = createTask(() => backend.session.close(), options);
    this.#leaving.add(task);
    task.addDoneCallback(() => {
      this.#leaving.delete(task);
      task.cancelled();
    });
  }

  /** Closes those that nobody has used for long. */
  #sweepLater(): void {
    const { maxInactiveConnectionLifetime: life, minSize } = this.#settings;
    if (this.#sweeping !== undefined || life === Infinity) return;
    this.#sweeping = this.#loop.callLater(life, () => {
      this.#sweeping = undefined;
      const oldest = this.#loop.time() - life;
      while (this.#all.size > minSize && (this.#idle[0]?.idleSince ?? Infinity) <= oldest) {
        this.#remove(this.#idle.shift() as Member);
      }
      if (this.#idle.length > 0) this.#sweepLater();
    });
  }

  // Ending.

  /** Waits until all are back, and closes them; a cancel cuts what is still out. */
  async close(): Promise<void> {
    this.#shut();
    try {
      while (this.#lent > 0) {
        const waiter = this.#allBack.join();
        try {
          await waiter.turn;
        } finally {
          this.#allBack.leave(waiter);
        }
      }
      await moveOnAfter(this.#patience, () => this.#allGone(), { shield: true });
    } finally {
      this.terminate();
    }
  }

  /** Closes them all, and waits for those that are closing or were just being made. */
  async #allGone(): Promise<void> {
    for (const member of this.#all) this.#closeAside(member);
    const tasks = [...this.#connecting, ...this.#leaving];
    if (tasks.length > 0) await wait(tasks);
  }

  terminate(): void {
    this.#shut();
    for (const { backend } of this.#all) backend.session.destroy();
    this.#all.clear();
    this.#idle.length = 0;
  }

  #shut(): void {
    this.#isClosing = true;
    this.#sweeping?.cancel();
    for (const task of this.#connecting) task.cancel();
    this.#waiters.fail(new InterfaceError('the pool is closed'));
  }
}
