// The selector over select.

import { InvalidArgumentError } from '../base/errors.ts';
import { FD_SETSIZE, select } from '../sys/libc/select.ts';
import { BaseSelector } from './baseSelector.ts';
import { EVENT_READ, EVENT_WRITE } from './selectorKey.ts';

/** A selector over the call select, which every Unix has: descriptors below 1,024 only, and each call costs as
 * much as the highest of them. See {@link BaseSelector} for the methods. Semantics: selectors.SelectSelector.
 * @throws InvalidArgumentError from `register` for a descriptor of 1,024 or more
 * @example
 * ```ts
 * import { EVENT_READ, SelectSelector } from 'asyncio-ts/selectors';
 * import { socketpair } from 'asyncio-ts/socket';
 * const [left, right] = socketpair();
 * const selector = new SelectSelector();
 * selector.register(right, EVENT_READ);
 * left.send(Buffer.from('ping'));
 * for (const [key, events] of selector.select()) console.log(key.fileobj === right, events); // -> true 1
 * selector.close();
 * left.close();
 * right.close();
 * ```
 */
export class SelectSelector<Data = unknown> extends BaseSelector<Data> {
  /** @internal */
  static override readonly name: string = 'SelectSelector';
  readonly #readers: Set<number> = new Set();
  readonly #writers: Set<number> = new Set();

  /** @internal */
  protected override _add(fd: number, events: number): void {
    if (fd >= FD_SETSIZE) {
      throw new InvalidArgumentError(
        'fileobj',
        `select takes descriptors below ${FD_SETSIZE} only, and this is ${fd}: use PollSelector or EpollSelector`,
      );
    }
    if ((events & EVENT_READ) !== 0) this.#readers.add(fd);
    if ((events & EVENT_WRITE) !== 0) this.#writers.add(fd);
  }

  /** @internal */
  protected override _change(fd: number, events: number): void {
    this._remove(fd);
    this._add(fd, events);
  }

  /** @internal */
  protected override _remove(fd: number): void {
    this.#readers.delete(fd);
    this.#writers.delete(fd);
  }

  /** @internal */
  protected override _wait(timeout: number | undefined, found: (fd: number, events: number) => void): void {
    select(this.#readers, this.#writers, timeout, (fd, readable, writable) =>
      found(fd, (readable ? EVENT_READ : 0) | (writable ? EVENT_WRITE : 0)),
    );
  }

  /** @internal */
  protected override _close(): void {
    this.#readers.clear();
    this.#writers.clear();
  }
}
