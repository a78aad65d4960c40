// The selector over poll.

import { Poll, POLLIN, POLLOUT } from '../sys/libc/poll.ts';
import { BaseSelector, eventsOf } from './baseSelector.ts';
import { EVENT_READ, EVENT_WRITE } from './selectorKey.ts';

/** A selector over the call poll: any number of descriptors, and each call costs as much as there are. See
 * {@link BaseSelector} for the methods. Semantics: selectors.PollSelector.
 * @example
 * ```ts
 * import { EVENT_WRITE, PollSelector } from 'asyncio-ts/selectors';
 * import { socketpair } from 'asyncio-ts/socket';
 * const [left, right] = socketpair();
 * const selector = new PollSelector<string>();
 * selector.register(left, EVENT_WRITE, 'left');
 * for (const [key, events] of selector.select()) console.log(key.data, events); // -> left 2
 * selector.close();
 * left.close();
 * right.close();
 * ```
 */
export class PollSelector<Data = unknown> extends BaseSelector<Data> {
  /** @internal */
  static override readonly name: string = 'PollSelector';
  #poll: Poll = new Poll();

  /** @internal */
  protected override _add(fd: number, events: number): void {
    this.#poll.set(fd, maskOf(events));
  }

  /** @internal */
  protected override _change(fd: number, events: number): void {
    this.#poll.set(fd, maskOf(events));
  }

  /** @internal */
  protected override _remove(fd: number): void {
    this.#poll.delete(fd);
  }

  /** @internal */
  protected override _wait(timeout: number | undefined, found: (fd: number, events: number) => void): void {
    this.#poll.wait(timeout, (fd, mask) => found(fd, eventsOf(mask, POLLIN, POLLOUT)));
  }

  /** @internal */
  protected override _close(): void {
    this.#poll = new Poll();
  }
}

function maskOf(events: number): number {
  return ((events & EVENT_READ) === 0 ? 0 : POLLIN) | ((events & EVENT_WRITE) === 0 ? 0 : POLLOUT);
}
