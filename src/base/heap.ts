// A binary min-heap as Python's heapq keeps it. `less` must be a strict weak order; the heap adds no
// tie-break of its own, so whoever needs first-in-first-out among equals puts a sequence number in `less`.

export class Heap<T> {
  readonly #items: T[] = [];
  readonly #less: (a: T, b: T) => boolean;

  constructor(less: (a: T, b: T) => boolean) {
    this.#less = less;
  }

  get length(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    this.#items.push(item);
    this.#up(this.#items.length - 1);
  }

  pop(): T | undefined {
    const items = this.#items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return last;
    const first = items[0];
    items[0] = last;
    this.#down(0);
    return first;
  }

  /** Keeps only what `keep` says, and orders the rest anew: O(n). */
  filter(keep: (item: T) => boolean): void {
    const items = this.#items;
    let size = 0;
    for (const item of items) if (keep(item)) items[size++] = item;
    items.length = size;
    for (let i = (size >> 1) - 1; i >= 0; i--) this.#down(i);
  }

  clear(): void {
    this.#items.length = 0;
  }

  /** In heap order, which is not sorted order. */
  [Symbol.iterator](): ArrayIterator<T> {
    return this.#items.values();
  }

  #up(start: number): void {
    const items = this.#items;
    const less = this.#less;
    const item = items[start] as T;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] as T;
      if (!less(item, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  #down(start: number): void {
    const items = this.#items;
    const less = this.#less;
    const size = items.length;
    const item = items[start] as T;
    let at = start;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && less(items[child + 1] as T, items[child] as T)) child++;
      const below = items[child] as T;
      if (!less(below, item)) break;
      items[at] = below;
      at = child;
    }
    items[at] = item;
  }
}
