// A queue over a circular buffer whose size is a power of two. Both ends are O(1). It gives memory back: a
// buffer an eighth full after a burst is halved.

const SMALLEST = 16;

export class Fifo<T> {
  /** @internal */ _items: (T | undefined)[] = new Array<T | undefined>(SMALLEST).fill(undefined);
  /** @internal */ _mask: number = SMALLEST - 1;
  /** @internal */ _head: number = 0;
  /** @internal */ _size: number = 0;

  get length(): number {
    return this._size;
  }

  push(item: T): void {
    if (this._size > this._mask) this._resize((this._mask + 1) * 2);
    this._items[(this._head + this._size) & this._mask] = item;
    this._size++;
  }

  shift(): T | undefined {
    if (this._size === 0) return undefined;
    const item = this._items[this._head];
    this._items[this._head] = undefined;
    this._head = (this._head + 1) & this._mask;
    this._size--;
    if (this._mask >= 1024 && this._size < this._mask >> 3) this._resize((this._mask + 1) >> 1);
    return item;
  }

  /** The item that {@link shift} would give. */
  get front(): T | undefined {
    return this._items[this._head];
  }

  /** The item that was pushed last. */
  get last(): T | undefined {
    return this._size === 0 ? undefined : this._items[(this._head + this._size - 1) & this._mask];
  }

  clear(): void {
    this._size = 0;
    this._resize(SMALLEST);
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let i = 0; i < this._size; i++) yield this._items[(this._head + i) & this._mask] as T;
  }

  /** @internal */
  _resize(capacity: number): void {
    const items = new Array<T | undefined>(capacity).fill(undefined);
    for (let i = 0; i < this._size; i++) items[i] = this._items[(this._head + i) & this._mask];
    this._items = items;
    this._mask = capacity - 1;
    this._head = 0;
  }
}
