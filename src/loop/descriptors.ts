// The loop's half of I/O: which descriptors are waited for, by whom, and the way of their events into the
// ready queue.
//
// 1. One epoll set holds them all; the host's loop watches that one descriptor. When it is readable, the
//    events of one poll stand in the ready queue as entries of up to BATCH each, behind what was ready
//    before, as asyncio has it. Within an entry one event follows the other without microtasks in between.
// 2. Readiness is level-triggered: an event that comes to nothing comes again. So there is no new poll while
//    events of the last one are left.
// 3. Who is registered stands in registrations.ts. An event of a registration that is gone is dropped; one that
//    should not have come at all has the set made anew.
// 4. The host is kept alive while something is waited for, and only while the loop runs.

import { checkDescriptor } from '../base/checkDescriptor.ts';
import { UsageError } from '../base/errors.ts';
import { EPOLLIN, EPOLLOUT, EPOLLRDHUP } from '../sys/libc/epoll.ts';
import { storeForCallback } from '../sys/host/storage.ts';
import { Watcher } from '../sys/libc/watcher.ts';
import { checkCallable } from './checkCallback.ts';
import { DescriptorCallback } from './descriptorCallback.ts';
import { checkOpen, enqueue, readyQueueOf } from './engine.ts';
import type { Engine } from './engine.ts';
import { reportFailure } from './failures.ts';
import type { Callback, Handle } from './handle.ts';
import { HUNG_UP, READABLE, Registrations, WRITABLE } from './registrations.ts';
import type { HangUpWatcher, Reader, Registration, Writer } from './registrations.ts';
import { DRAIN, NOTHING } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';

const BATCH = 32;
// After a poll with this many events the next one is likely to bring some too.
const BUSY = 4;

export type { HangUpWatcher, Reader, Writer } from './registrations.ts';

export class Descriptors implements Runnable {
  readonly #loop: Engine;
  readonly #registered: Registrations = new Registrations((some) => {
    if (some) this.#watcher?.ref();
    else this.#watcher?.unref();
  });
  /** @internal */ _outstanding: number = 0;
  #watcher: Watcher | undefined;
  #next: number = 0;
  #count: number = 0;

  constructor(loop: Engine) {
    this.#loop = loop;
    if (loop.isRunning()) this.resume();
  }

  /** How many descriptors are waited for. */
  get size(): number {
    return this.#registered.size;
  }

  /** Tells `reader` whenever `fd` is readable, in place of whoever was told before. */
  watchReadable(fd: number, reader: Reader): void {
    const entry = this.#registered.at(fd);
    if (entry !== undefined) {
      if (entry.reader === reader) return;
      const own = entry.writer === (reader as object);
      if (this.#registered.widen(fd, entry, EPOLLIN)) {
        entry.reader = reader;
        return;
      }
      // They have been told that it is theirs no longer.
      if (own) return;
    }
    checkOpen(this.#loop);
    this.#registered.add(fd, reader, undefined);
  }

  watchWritable(fd: number, writer: Writer): void {
    const entry = this.#registered.at(fd);
    if (entry !== undefined) {
      if (entry.writer === writer) return;
      const own = entry.reader === (writer as object);
      if (this.#registered.widen(fd, entry, EPOLLOUT)) {
        entry.writer = writer;
        return;
      }
      if (own) return;
    }
    checkOpen(this.#loop);
    this.#registered.add(fd, undefined, writer);
  }

  /** @returns whether somebody was told until now */
  unwatchReadable(fd: number): boolean {
    const entry = this.#registered.at(fd);
    if (entry?.reader === undefined) return false;
    const { reader } = entry;
    entry.reader = undefined;
    this.#registered.narrow(fd, entry, reader);
    return true;
  }

  unwatchWritable(fd: number): boolean {
    const entry = this.#registered.at(fd);
    if (entry?.writer === undefined) return false;
    const { writer } = entry;
    entry.writer = undefined;
    this.#registered.narrow(fd, entry, writer);
    return true;
  }

  /** Tells `told` once when the peer has ended its half, or the connection is broken: for who does not read. */
  watchHangUp(fd: number, told: HangUpWatcher): void {
    const entry = this.#registered.at(fd);
    if (entry !== undefined && this.#registered.widen(fd, entry, EPOLLRDHUP)) {
      entry.hangUp = told;
      return;
    }
    checkOpen(this.#loop);
    this.#registered.add(fd, undefined, undefined, told);
  }

  unwatchHangUp(fd: number): void {
    const entry = this.#registered.at(fd);
    if (entry?.hangUp !== undefined) this.#dropHangUp(fd, entry, entry.hangUp);
  }

  /** As asyncio's add_reader; the callback runs as a handle of its own. */
  addReader<A extends unknown[]>(fd: number, callback: Callback<A>, ...args: A): Handle {
    const told = this.#callback(fd, callback, args);
    const before = this.#ownCallbacks(fd)[0];
    this.watchReadable(fd, told);
    before?.handle.cancel();
    return told.handle;
  }

  addWriter<A extends unknown[]>(fd: number, callback: Callback<A>, ...args: A): Handle {
    const told = this.#callback(fd, callback, args);
    const before = this.#ownCallbacks(fd)[1];
    this.watchWritable(fd, told);
    before?.handle.cancel();
    return told.handle;
  }

  removeReader(fd: number): boolean {
    this.#ownCallbacks(checkDescriptor(fd))[0]?.handle.cancel();
    return this.unwatchReadable(fd);
  }

  removeWriter(fd: number): boolean {
    this.#ownCallbacks(checkDescriptor(fd))[1]?.handle.cancel();
    return this.unwatchWritable(fd);
  }

  /** `fd` is about to be closed: nobody is told of it any more.
   * @returns false when it is known that somebody else closed it, so that it must not be closed again */
  forget(fd: number): boolean {
    return this.#registered.forget(fd);
  }

  /** Whether `fd`, which is waited for, still is what it was: for owners to whom an event brought nothing.
   * @internal */
  verify(fd: number): boolean {
    return this.#registered.verify(fd);
  }

  /** Who is told of `fd`, for those who must not take it from another. */
  readerOf(fd: number): Reader | undefined {
    return this.#registered.at(fd)?.reader;
  }

  writerOf(fd: number): Writer | undefined {
    return this.#registered.at(fd)?.writer;
  }

  /** The loop runs: its descriptors are polled. */
  resume(): void {
    this.#watcher = new Watcher(this.#registered.epoll.fd, this.#poll);
    if (this.#registered.size === 0) this.#watcher.unref();
  }

  /** The loop rests. */
  suspend(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#next = this.#count = 0;
  }

  close(): void {
    this.suspend();
    this.#registered.close();
  }

  /** One entry in the ready queue: the next events of the last poll. @internal */
  _run(): Effect {
    const registered = this.#registered;
    const { epoll } = registered;
    const end = Math.min(this.#next + BATCH, this.#count);
    let effect: Effect = NOTHING;
    while (this.#next < end) {
      const index = this.#next++;
      const entry = registered.at(epoll.fdAt(index));
      if (entry === undefined || entry.generation !== epoll.generationAt(index)) continue;
      const mask = epoll.maskAt(index);
      try {
        if ((mask & READABLE) !== 0 && entry.reader !== undefined && entry.reader._readable() !== NOTHING)
          effect = DRAIN;
        if ((mask & WRITABLE) !== 0 && entry.writer !== undefined && entry.writer._writable() !== NOTHING)
          effect = DRAIN;
        if ((mask & HUNG_UP) !== 0 && entry.hangUp !== undefined) {
          effect = DRAIN;
          const told = entry.hangUp;
          this.#dropHangUp(epoll.fdAt(index), entry, told);
          told._hungUp();
        }
      } catch (error) {
        effect = DRAIN;
        this.#failed(epoll.fdAt(index), error);
      }
    }
    return effect;
  }

  #dropHangUp(fd: number, entry: Registration, told: HangUpWatcher): void {
    entry.hangUp = undefined;
    this.#registered.narrow(fd, entry, told);
  }

  // Whoever is told keeps what it calls from throwing. The event would come again at once, and so would the
  // error; those that came with it in one poll are dealt with all the same.
  #failed(fd: number, exception: unknown): void {
    this.#registered.drop(fd);
    const message = `Exception in the event loop: descriptor ${fd} is watched no longer`;
    reportFailure(this.#loop, { message, exception });
  }

  /** The loop has nothing left to do and budget to spare: while much is coming in, a poll from here spares the
   * way through the host's loop. */
  pollAgain(): void {
    if (this.#count < BUSY || this.#dealing() || this.#watcher === undefined) return;
    this.#fetch();
    for (let index = 0; index < this.#count; index += BATCH) enqueue(this.#loop, this);
  }

  // What the last poll saw is not all dealt with.
  #dealing(): boolean {
    return this.#next < this.#count || this._outstanding > 0;
  }

  #fetch(): void {
    this.#next = 0;
    this.#count = this.#registered.epoll.wait(0);
    if (!this.#registered.strayIn(this.#count)) return;
    this.#watcher?.close();
    this.#registered.renew();
    this.resume();
  }

  readonly #poll = (): void => {
    if (this.#dealing()) return;
    const ready = readyQueueOf(this.#loop);
    this.#fetch();
    ready.newHostTurn();
    for (let index = 0; index < this.#count; index += BATCH) ready.pushFromHost(this);
  };

  /** The callbacks of the program for `fd`. What a transport or a waiting sock call waits for, in either
   * direction, is not the program's to take. */
  #ownCallbacks(
    fd: number,
  ): [reader: DescriptorCallback | undefined, writer: DescriptorCallback | undefined] {
    const { reader, writer } = this.#registered.at(fd) ?? {};
    if (isOwn(reader) && isOwn(writer)) return [reader, writer];
    throw new UsageError(`descriptor ${fd} is in use by a transport or a sock call: close that first`);
  }

  #callback<A extends unknown[]>(fd: number, callback: Callback<A>, args: A): DescriptorCallback {
    checkDescriptor(fd);
    checkCallable(callback, 'addReader or addWriter');
    checkOpen(this.#loop);
    return new DescriptorCallback(
      this,
      fd,
      this.#loop,
      callback as unknown as Callback<never[]>,
      args,
      storeForCallback(),
    );
  }
}

function isOwn(told: Reader | Writer | undefined): told is DescriptorCallback | undefined {
  return told === undefined || told instanceof DescriptorCallback;
}
