// The loop's half of I/O: which descriptors are waited for, by whom, and the way of their events into the
// ready queue.
//
// 1. One epoll set holds them all; the host's loop watches that one descriptor. When it is readable, the
//    events of one poll stand in the ready queue as entries of up to BATCH each, behind what was ready
//    before, as asyncio has it. Within an entry one event follows the other without microtasks in between.
// 2. Readiness is level-triggered: an event that comes to nothing comes again. So there is no new poll while
//    events of the last one are left.
// 3. A descriptor's registration has a generation, which comes back with each event. One that belongs to an
//    earlier owner of the same number is dropped. A number that was closed while it was waited for and given
//    out anew is unknown to the set: who waits for it then begins anew, and the earlier owner is forgotten.
// 4. The host is kept alive while something is waited for, and only while the loop runs.

import { UsageError } from '../base/errors.ts';
import { OSError } from '../base/osError.ts';
import { Epoll, EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, EPOLLRDHUP } from '../sys/epoll.ts';
import { EBADF, ENOENT } from '../sys/errno.ts';
import { storeForCallback } from '../sys/storage.ts';
import { Watcher } from '../sys/watcher.ts';
import { checkCallable } from './checkCallback.ts';
import { checkDescriptor } from './checkDescriptor.ts';
import { DescriptorCallback } from './descriptorCallback.ts';
import type { Callback, Handle } from './handle.ts';
import type { Loop } from './loop.ts';
import { DRAIN, NOTHING } from './runnable.ts';
import type { Effect, Runnable } from './runnable.ts';

const BATCH = 32;
// So many events in the last poll promise that the next one does not come back empty.
const BUSY = 4;
const READABLE: number = EPOLLIN | EPOLLERR | EPOLLHUP | EPOLLRDHUP;
const WRITABLE: number = EPOLLOUT | EPOLLERR | EPOLLHUP;

/** Who is told that a descriptor is readable. Answers DRAIN when that called foreign code. */
export interface Reader {
  /** @internal */ _readable(): Effect;
}

/** Who is told that a descriptor is writable. */
export interface Writer {
  /** @internal */ _writable(): Effect;
}

interface Registration {
  reader: Reader | undefined;
  writer: Writer | undefined;
  generation: number;
}

export class Descriptors implements Runnable {
  readonly #loop: Loop;
  readonly #epoll: Epoll = new Epoll();
  readonly #table: (Registration | undefined)[] = [];
  /** @internal */ _outstanding: number = 0;
  #generation: number = 0;
  #registered: number = 0;
  #watcher: Watcher | undefined;
  #next: number = 0;
  #count: number = 0;

  constructor(loop: Loop) {
    this.#loop = loop;
    if (loop.isRunning()) this.resume();
  }

  /** How many descriptors are waited for. */
  get size(): number {
    return this.#registered;
  }

  /** Tells `reader` whenever `fd` is readable, in place of whoever was told before. */
  watchReadable(fd: number, reader: Reader): void {
    const entry = this.#table[fd];
    if (entry?.reader === reader) return;
    if (entry === undefined || !this.#change(fd, entry, maskOf(entry) | EPOLLIN))
      return this.#add(fd, reader, undefined);
    entry.reader = reader;
  }

  watchWritable(fd: number, writer: Writer): void {
    const entry = this.#table[fd];
    if (entry?.writer === writer) return;
    if (entry === undefined || !this.#change(fd, entry, maskOf(entry) | EPOLLOUT))
      return this.#add(fd, undefined, writer);
    entry.writer = writer;
  }

  /** @returns whether somebody was told until now */
  unwatchReadable(fd: number): boolean {
    const entry = this.#table[fd];
    if (entry?.reader === undefined) return false;
    entry.reader = undefined;
    this.#reduce(fd, entry);
    return true;
  }

  unwatchWritable(fd: number): boolean {
    const entry = this.#table[fd];
    if (entry?.writer === undefined) return false;
    entry.writer = undefined;
    this.#reduce(fd, entry);
    return true;
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

  /** `fd` is about to be closed: nobody is told of it any more. */
  forget(fd: number): void {
    const entry = this.#table[fd];
    if (entry === undefined) return;
    for (const told of [entry.reader, entry.writer]) {
      if (told instanceof DescriptorCallback) told.handle.cancel();
    }
    entry.reader = entry.writer = undefined;
    this.#remove(fd);
  }

  /** Who is told of `fd`, for those who must not take it from another. */
  readerOf(fd: number): Reader | undefined {
    return this.#table[fd]?.reader;
  }

  writerOf(fd: number): Writer | undefined {
    return this.#table[fd]?.writer;
  }

  /** The loop runs: its descriptors are polled. */
  resume(): void {
    this.#watcher = new Watcher(this.#epoll.fd, this.#poll);
    if (this.#registered === 0) this.#watcher.unref();
  }

  /** The loop rests. */
  suspend(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#next = this.#count = 0;
  }

  close(): void {
    this.suspend();
    this.#table.length = 0;
    this.#epoll.close();
  }

  /** One entry in the ready queue: the next events of the last poll. @internal */
  _run(): Effect {
    const epoll = this.#epoll;
    const end = Math.min(this.#next + BATCH, this.#count);
    let effect: Effect = NOTHING;
    while (this.#next < end) {
      const index = this.#next++;
      const entry = this.#table[epoll.fdAt(index)];
      if (entry === undefined || entry.generation !== epoll.generationAt(index)) continue;
      const mask = epoll.maskAt(index);
      try {
        if ((mask & READABLE) !== 0 && entry.reader !== undefined && entry.reader._readable() !== NOTHING)
          effect = DRAIN;
        if ((mask & WRITABLE) !== 0 && entry.writer !== undefined && entry.writer._writable() !== NOTHING)
          effect = DRAIN;
      } catch (error) {
        effect = DRAIN;
        this.#failed(epoll.fdAt(index), error);
      }
    }
    return effect;
  }

  // Whoever is told keeps what it calls from throwing. The event would come again at once, and so would the
  // error; those that came with it in one poll are dealt with all the same.
  #failed(fd: number, exception: unknown): void {
    this.forget(fd);
    const message = `Exception in the event loop: descriptor ${fd} is watched no longer`;
    this.#loop._reportFailure({ message, exception });
  }

  /** The loop has nothing left to do and budget to spare: while much is coming in, a poll from here spares the
   * way through the host's loop. */
  pollAgain(): void {
    if (this.#count < BUSY || this.#dealing() || this.#watcher === undefined) return;
    this.#fetch();
    for (let index = 0; index < this.#count; index += BATCH) this.#loop._ready.push(this);
  }

  // What the last poll saw is not all dealt with.
  #dealing(): boolean {
    return this.#next < this.#count || this._outstanding > 0;
  }

  #fetch(): void {
    this.#next = 0;
    this.#count = this.#epoll.wait(0);
  }

  readonly #poll = (): void => {
    if (this.#dealing()) return;
    const ready = this.#loop._ready;
    this.#fetch();
    ready.newTurn();
    for (let index = 0; index < this.#count; index += BATCH) ready.pushFromHost(this);
  };

  #add(fd: number, reader: Reader | undefined, writer: Writer | undefined): void {
    this.#loop._checkOpen();
    const entry = { reader, writer, generation: ++this.#generation >>> 0 };
    this.#epoll.add(fd, maskOf(entry), entry.generation);
    this.#table[fd] = entry;
    if (this.#registered++ === 0) this.#watcher?.ref();
  }

  #reduce(fd: number, entry: Registration): void {
    const mask = maskOf(entry);
    if (mask === 0) return this.#remove(fd);
    try {
      this.#epoll.modify(fd, mask, entry.generation);
    } catch (error) {
      // It was closed: the set has forgotten it by itself.
      if (!isErrno(error, ENOENT) && !isErrno(error, EBADF)) throw error;
    }
  }

  #remove(fd: number): void {
    this.#epoll.remove(fd);
    this.#table[fd] = undefined;
    if (--this.#registered === 0) this.#watcher?.unref();
  }

  /** False when the set does not know `fd`: it is another one than the entry is for, which is then forgotten. */
  #change(fd: number, entry: Registration, mask: number): boolean {
    try {
      this.#epoll.modify(fd, mask, entry.generation);
      return true;
    } catch (error) {
      if (!isErrno(error, ENOENT)) throw error;
      this.forget(fd);
      return false;
    }
  }

  /** The callbacks of the program for `fd`. What a transport or a waiting sock call waits for, in either
   * direction, is not the program's to take. */
  #ownCallbacks(
    fd: number,
  ): [reader: DescriptorCallback | undefined, writer: DescriptorCallback | undefined] {
    const { reader, writer } = this.#table[fd] ?? {};
    if (isOwn(reader) && isOwn(writer)) return [reader, writer];
    throw new UsageError(`descriptor ${fd} is in use by a transport or a sock call: close that first`);
  }

  #callback<A extends unknown[]>(fd: number, callback: Callback<A>, args: A): DescriptorCallback {
    checkDescriptor(fd);
    checkCallable(callback, 'addReader or addWriter');
    this.#loop._checkOpen();
    return new DescriptorCallback(
      this,
      this.#loop,
      callback as unknown as Callback<never[]>,
      args,
      storeForCallback(),
    );
  }
}

function maskOf({ reader, writer }: Registration): number {
  return (reader === undefined ? 0 : EPOLLIN) | (writer === undefined ? 0 : EPOLLOUT);
}

function isErrno(error: unknown, number: number): boolean {
  return error instanceof OSError && error.errno === number;
}

function isOwn(told: Reader | Writer | undefined): told is DescriptorCallback | undefined {
  return told === undefined || told instanceof DescriptorCallback;
}
