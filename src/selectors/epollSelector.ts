// The selector over epoll.
//
// What was taken out or replaced after its descriptor had been closed may still be in the set, where no call can
// reach it (sys/libc/epoll.ts). The set is made anew when an event of such a stray comes.

import { Epoll, EPOLLIN, EPOLLOUT } from '../sys/libc/epoll.ts';
import type { EpollEntry } from '../sys/libc/epoll.ts';
import { lastError } from '../sys/libc/errno.ts';
import { untilReady } from '../sys/libc/interruptible.ts';
import { BaseSelector, eventsOf } from './baseSelector.ts';
import { EVENT_READ, EVENT_WRITE } from './selectorKey.ts';

/** A selector over Linux's epoll: any number of descriptors, and each call costs as much as are ready. See
 * {@link BaseSelector} for the methods. Semantics: selectors.EpollSelector.
 * @throws OSError (`EPERM`) from `register` for a regular file
 * @example
 * ```ts
 * import { EpollSelector, EVENT_READ } from 'asyncio-ts/selectors';
 * import { socketpair } from 'asyncio-ts/socket';
 * const [left, right] = socketpair();
 * const selector = new EpollSelector();
 * selector.register(right, EVENT_READ);
 * console.log(selector.select(5).length); // -> 0
 * left.close();
 * console.log(selector.select(5).length); // -> 1
 * selector.close();
 * right.close();
 * ```
 */
export class EpollSelector<Data = unknown> extends BaseSelector<Data> {
  /** @internal */
  static override readonly name: string = 'EpollSelector';
  readonly #epoll: Epoll = new Epoll();
  readonly #registered: Map<number, EpollEntry> = new Map();
  #generation: number = 0;

  /** The descriptor of the epoll set itself, readable when something is ready. It is another one once a registered
   * descriptor was closed while a duplicate of it lived on, and the set had to be made anew.
   * @throws UsageError once it is closed */
  fileno(): number {
    this._checkOpen('fileno');
    return this.#epoll.fd;
  }

  /** @internal */
  protected override _add(fd: number, events: number): void {
    const generation = ++this.#generation >>> 0;
    const mask = maskOf(events);
    this.#epoll.add(fd, mask, generation);
    this.#registered.set(fd, { fd, mask, generation });
    this.#epoll.reserve(this.#registered.size);
  }

  /** @internal */
  protected override _change(fd: number, events: number): void {
    const { generation } = this.#registered.get(fd) as EpollEntry;
    const mask = maskOf(events);
    if (!this.#epoll.modify(fd, mask, generation)) throw lastError('epoll_ctl');
    this.#registered.set(fd, { fd, mask, generation });
  }

  /** @internal */
  protected override _remove(fd: number): void {
    this.#epoll.remove(fd);
    this.#registered.delete(fd);
  }

  /** @internal */
  protected override _wait(timeout: number | undefined, found: (fd: number, events: number) => void): void {
    const epoll = this.#epoll;
    const count = untilReady(timeout, (ms) => this.#rightEvents(Math.ceil(ms)));
    for (let index = 0; index < count; index++) {
      if (this.#isRight(index)) found(epoll.fdAt(index), eventsOf(epoll.maskAt(index), EPOLLIN, EPOLLOUT));
    }
  }

  // The number of events, unless all of them are of strays.
  #rightEvents(timeout: number): number {
    const count = this.#epoll.wait(timeout);
    let right = 0;
    for (let index = 0; index < count; index++) if (this.#isRight(index)) right++;
    if (right < count) this.#epoll.renew(this.#registered.values());
    return right === 0 ? 0 : count;
  }

  #isRight(index: number): boolean {
    const entry = this.#registered.get(this.#epoll.fdAt(index));
    return entry?.generation === this.#epoll.generationAt(index);
  }

  /** @internal */
  protected override _close(): void {
    this.#epoll.close();
  }
}

function maskOf(events: number): number {
  return ((events & EVENT_READ) === 0 ? 0 : EPOLLIN) | ((events & EVENT_WRITE) === 0 ? 0 : EPOLLOUT);
}
