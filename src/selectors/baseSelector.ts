// What the selectors have in common: the registry, and the rules for it. How the system is told and asked is
// each one's own.
//
// 1. A registration stands for a descriptor; there is one for each at most.
// 2. What the system refuses is not registered, and what it refuses to change is no longer.
// 3. Taking out what was closed meanwhile is no error: the system has forgotten it already.

import { showAsText } from '../base/show.ts';
import { toMilliseconds } from '../base/duration.ts';
import type { Duration } from '../base/duration.ts';
import { UnsupportedError, UsageError } from '../base/errors.ts';
import { ffiMissing } from '../sys/libc/ffi.ts';
import { AlreadyRegisteredError, NotRegisteredError } from './selectorErrors.ts';
import { checkEvents, EVENT_READ, EVENT_WRITE, SelectorKey } from './selectorKey.ts';
import type { FileObject } from './selectorKey.ts';
import { SelectorMap } from './selectorMap.ts';

/** A file object that is ready, and for what: EVENT_READ, EVENT_WRITE or both. */
export type ReadyKey<Data = unknown> = readonly [key: SelectorKey<Data>, events: number];

/** What all selectors offer. Waiting **blocks the thread**: no timer, no task and no other code of it runs
 * meanwhile. For programs that are one loop over a selector; beside asyncio's own loop only `select(0)` makes
 * sense. Semantics: selectors.BaseSelector.
 * @example
 * ```ts
 * import { type BaseSelector, PollSelector, SelectSelector } from 'asyncio-ts/selectors';
 * const both: BaseSelector[] = [new SelectSelector(), new PollSelector()];
 * console.log(both.map((selector) => selector.select(0).length)); // -> [ 0, 0 ]
 * for (const selector of both) selector.close();
 * ```
 */
export abstract class BaseSelector<Data = unknown> implements Disposable {
  readonly #keys: Map<number, SelectorKey<Data>> = new Map();
  #map: SelectorMap<Data> | undefined = new SelectorMap(this.#keys);

  /** @throws UnsupportedError (`ERR_ASYNCIO_UNSUPPORTED`) where there is no FFI */
  constructor() {
    const missing = ffiMissing();
    if (missing !== undefined) throw new UnsupportedError(`a selector needs system calls: ${missing}`);
  }

  /** Waits from now on for `events` on a file object: a descriptor, or what has a `fileno()`. `data` comes back
   * with its events.
   * @throws AlreadyRegisteredError; InvalidArgumentError for bad events or what is no file object; OSError where
   * the system refuses it */
  register(fileobj: FileObject, events: number, data?: Data): SelectorKey<Data> {
    checkEvents(events);
    const fd = this.#open('register')._descriptorOf(fileobj);
    if (this.#keys.has(fd)) throw new AlreadyRegisteredError(`descriptor ${fd} is registered already`);
    const key = new SelectorKey(fileobj, fd, events, data);
    this._add(fd, events);
    this.#keys.set(fd, key);
    return key;
  }

  /** Waits for it no longer; it may have been closed since. @throws NotRegisteredError */
  unregister(fileobj: FileObject): SelectorKey<Data> {
    const key = this.#find(fileobj, 'unregister');
    this.#keys.delete(key.fd);
    this._remove(key.fd);
    return key;
  }

  /** Changes events and data of a registration; without `data` there is none any more.
   * @throws NotRegisteredError; as {@link register} */
  modify(fileobj: FileObject, events: number, data?: Data): SelectorKey<Data> {
    const key = this.#find(fileobj, 'modify');
    checkEvents(events);
    if (events === key.events && data === key.data) return key;
    if (events !== key.events) this.#change(key.fd, events);
    const changed = new SelectorKey(key.fileobj, key.fd, events, data);
    this.#keys.set(key.fd, changed);
    return changed;
  }

  #change(fd: number, events: number): void {
    try {
      this._change(fd, events);
    } catch (error) {
      this.#keys.delete(fd);
      this._remove(fd);
      throw error;
    }
  }

  /** Waits until something is ready and returns what. `timeout` is in milliseconds: 0 or less only looks,
   * undefined waits for ever. **Blocks the thread.** A signal does not end it. */
  select(timeout?: Duration): ReadyKey<Data>[] {
    this.#open('select');
    const ready: ReadyKey<Data>[] = [];
    this._wait(timeout === undefined ? undefined : toMilliseconds(timeout, 'timeout'), (fd, events) => {
      const key = this.#keys.get(fd);
      if (key !== undefined) ready.push([key, events & key.events]);
    });
    return ready;
  }

  /** Forgets everything and gives back what the selector holds of the system's; the file objects stay open. */
  close(): void {
    if (this.#map === undefined) return;
    this.#map = undefined;
    this.#keys.clear();
    this._close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The registration of a file object. @throws NotRegisteredError; UsageError once the selector is closed */
  getKey(fileobj: FileObject): SelectorKey<Data> {
    return this.#find(fileobj, 'getKey');
  }

  /** All registrations, live; undefined once the selector is closed. */
  getMap(): SelectorMap<Data> | undefined {
    return this.#map;
  }

  #find(fileobj: FileObject, method: string): SelectorKey<Data> {
    const map = this.#open(method);
    const key = map.get(fileobj);
    if (key !== undefined) return key;
    throw new NotRegisteredError(`descriptor ${map._descriptorOf(fileobj)} is not registered`);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const state = this.#map === undefined ? 'closed' : `registered=${this.#keys.size}`;
    return `<${this.constructor.name} ${state}>`;
  }

  /** @internal */
  protected _checkOpen(method: string): void {
    this.#open(method);
  }

  #open(method: string): SelectorMap<Data> {
    if (this.#map === undefined) throw new UsageError(`${method}: the selector is closed`);
    return this.#map;
  }

  /** @internal */
  protected abstract _add(fd: number, events: number): void;
  /** @internal */
  protected abstract _change(fd: number, events: number): void;
  /** @internal */
  protected abstract _remove(fd: number): void;
  /** @internal */
  protected abstract _wait(timeout: number | undefined, found: (fd: number, events: number) => void): void;
  /** @internal */
  protected abstract _close(): void;
}

showAsText(BaseSelector);

/** What a result of poll or epoll stands for: errors and hang-ups make a descriptor ready for whatever is
 * waited for. `input` and `output` are the bits for readable and writable. */
export function eventsOf(mask: number, input: number, output: number): number {
  return ((mask & ~output) === 0 ? 0 : EVENT_READ) | ((mask & ~input) === 0 ? 0 : EVENT_WRITE);
}
