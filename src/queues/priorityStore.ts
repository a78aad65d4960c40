// The items of a priority queue: a binary min-heap in which equal items keep the order they came in.
//
// Rule: `compare` is the user's and may throw. So the way of an item through the heap is found before
// anything is moved, and what throws changes nothing.

import type { Compare } from './compareItems.ts';
import type { ItemStore } from './itemStore.ts';

export class PriorityStore<T> implements ItemStore<T> {
  // The heap, and at the same places the number of each item in the order of arrival.
  readonly #items: T[] = [];
  readonly #arrivals: number[] = [];
  // Used within one call of `take` only.
  readonly #path: number[] = [];
  readonly #compare: Compare<T>;
  #arrived: number = 0;

  constructor(compare: Compare<T>) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#items.length;
  }

  add(item: T): void {
    const items = this.#items;
    // The newest is last among its equals, so only what is strictly smaller rises.
    let top = items.length;
    while (top > 0) {
      const parent = (top - 1) >> 1;
      if (!(this.#compare(item, items[parent] as T) < 0)) break;
      top = parent;
    }
    let at = items.length;
    while (at > top) {
      const parent = (at - 1) >> 1;
      this.#move(parent, at);
      at = parent;
    }
    items[at] = item;
    this.#arrivals[at] = this.#arrived++;
  }

  take(): T {
    const items = this.#items;
    const last = items.length - 1;
    const first = items[0] as T;
    // Where the last item goes when the first is gone: the way down along the smaller children, and from
    // there back up, for the last item is mostly one of the largest.
    const path = this.#path;
    let depth = 0;
    for (let child = this.#smallerChild(0, last); child > 0; child = this.#smallerChild(child, last)) {
      path[depth++] = child;
    }
    while (depth > 0 && this.#before(last, path[depth - 1] as number)) depth--;
    let hole = 0;
    for (let i = 0; i < depth; i++) {
      const child = path[i] as number;
      this.#move(child, hole);
      hole = child;
    }
    this.#move(last, hole);
    items.length = last;
    this.#arrivals.length = last;
    return first;
  }

  /** In the order in which they would come out. */
  *[Symbol.iterator](): Generator<T, void, undefined> {
    const places = this.#items.map((_, place) => place);
    places.sort((a, b) => (this.#before(a, b) ? -1 : 1));
    for (const place of places) yield this.#items[place] as T;
  }

  #move(from: number, to: number): void {
    this.#items[to] = this.#items[from] as T;
    this.#arrivals[to] = this.#arrivals[from] as number;
  }

  /** The smaller of the children of `at` among the first `size` items; 0 when there is none. */
  #smallerChild(at: number, size: number): number {
    const left = 2 * at + 1;
    if (left >= size) return 0;
    return left + 1 < size && this.#before(left + 1, left) ? left + 1 : left;
  }

  #before(a: number, b: number): boolean {
    const order = this.#compare(this.#items[a] as T, this.#items[b] as T);
    if (order !== 0) return order < 0;
    return (this.#arrivals[a] as number) < (this.#arrivals[b] as number);
  }
}
