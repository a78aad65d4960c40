// The selector over epoll.

import { Epoll, EPOLLIN, EPOLLOUT } from '../sys/epoll.ts';
import { untilReady } from '../sys/interruptible.ts';
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
  readonly #epoll: Epoll = new Epoll();
  #registered: number = 0;

  /** The descriptor of the epoll set itself, readable when something is ready.
   * @throws UsageError once it is closed */
  fileno(): number {
    this._checkOpen('fileno');
    return this.#epoll.fd;
  }

  /** @internal */
  protected override _add(fd: number, events: number): void {
    this.#epoll.add(fd, maskOf(events));
    this.#epoll.reserve(++this.#registered);
  }

  /** @internal */
  protected override _change(fd: number, events: number): void {
    this.#epoll.modify(fd, maskOf(events));
  }

  /** @internal */
  protected override _remove(fd: number): void {
    this.#epoll.remove(fd);
    this.#registered--;
  }

  /** @internal */
  protected override _wait(timeout: number | undefined, found: (fd: number, events: number) => void): void {
    const epoll = this.#epoll;
    const count = untilReady(timeout, (ms) => epoll.wait(Math.ceil(ms)));
    for (let index = 0; index < count; index++) {
      found(epoll.fdAt(index), eventsOf(epoll.maskAt(index), EPOLLIN, EPOLLOUT));
    }
  }

  /** @internal */
  protected override _close(): void {
    this.#epoll.close();
  }
}

function maskOf(events: number): number {
  return ((events & EVENT_READ) === 0 ? 0 : EPOLLIN) | ((events & EVENT_WRITE) === 0 ? 0 : EPOLLOUT);
}
