// A double-ended queue over a circular buffer whose size is a power of two. All four ends are O(1);
// `remove` is O(n). It gives memory back: a buffer a quarter full after a burst is halved.

const SMALLEST = 16;

export class Deque<T> {
  #items: (T | undefined)[] = new Array<T | undefined>(SMALLEST).fill(undefined);
  #mask: number = SMALLEST - 1;
  #head: number = 0;
  #size: number = 0;

  constructor(items?: Iterable<T>) {
    if (items !== undefined) for (const item of items) this.push(item);
  }

  get length(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#size > this.#mask) this.#resize((this.#mask + 1) * 2);
    this.#items[(this.#head + this.#size) & this.#mask] = item;
    this.#size++;
  }

  unshift(item: T): void {
    if (this.#size > this.#mask) this.#resize((this.#mask + 1) * 2);
    this.#head = (this.#head - 1) & this.#mask;
    this.#items[this.#head] = item;
    this.#size++;
  }

  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & this.#mask;
    this.#size--;
    if (this.#mask >= 1024 && this.#size < this.#mask >> 3) this.#resize((this.#mask + 1) >> 1);
    return item;
  }

  pop(): T | undefined {
    if (this.#size === 0) return undefined;
    const at = (this.#head + this.#size - 1) & this.#mask;
    const item = this.#items[at];
    this.#items[at] = undefined;
    this.#size--;
    return item;
  }

  /** The item `index` places from the front; negative counts from the back. */
  peek(index: number = 0): T | undefined {
    const place = index < 0 ? this.#size + index : index;
    if (place < 0 || place >= this.#size) return undefined;
    return this.#items[(this.#head + place) & this.#mask];
  }

  /** Takes out the first item that is `item`; false when there is none. */
  remove(item: T): boolean {
    for (let i = 0; i < this.#size; i++) {
      if (this.#items[(this.#head + i) & this.#mask] !== item) continue;
      if (i === 0) {
        this.shift();
        return true;
      }
      for (let j = i + 1; j < this.#size; j++) {
        this.#items[(this.#head + j - 1) & this.#mask] = this.#items[(this.#head + j) & this.#mask];
      }
      this.pop();
      return true;
    }
    return false;
  }

  clear(): void {
    this.#items = new Array<T | undefined>(SMALLEST).fill(undefined);
    this.#mask = SMALLEST - 1;
    this.#head = 0;
    this.#size = 0;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let i = 0; i < this.#size; i++) yield this.#items[(this.#head + i) & this.#mask] as T;
  }

  #resize(capacity: number): void {
    const items = new Array<T | undefined>(capacity).fill(undefined);
    for (let i = 0; i < this.#size; i++) items[i] = this.#items[(this.#head + i) & this.#mask];
    this.#items = items;
    this.#mask = capacity - 1;
    this.#head = 0;
  }
}
