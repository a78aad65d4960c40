// A double-ended queue: a Fifo that can be used from both ends and looked into. All four ends are O(1);
// `remove` is O(n).

import { Fifo } from './fifo.ts';

export class Deque<T> extends Fifo<T> {
  constructor(items?: Iterable<T>) {
    super();
    if (items !== undefined) for (const item of items) this.push(item);
  }

  unshift(item: T): void {
    if (this._size > this._mask) this._resize((this._mask + 1) * 2);
    this._head = (this._head - 1) & this._mask;
    this._items[this._head] = item;
    this._size++;
  }

  pop(): T | undefined {
    if (this._size === 0) return undefined;
    const at = (this._head + this._size - 1) & this._mask;
    const item = this._items[at];
    this._items[at] = undefined;
    this._size--;
    return item;
  }

  /** The item `index` places from the front; negative counts from the back. */
  peek(index: number = 0): T | undefined {
    const place = index < 0 ? this._size + index : index;
    if (place < 0 || place >= this._size) return undefined;
    return this._items[(this._head + place) & this._mask];
  }

  /** Takes out the first item that is `item`; false when there is none. */
  remove(item: T): boolean {
    for (let i = 0; i < this._size; i++) {
      if (this._items[(this._head + i) & this._mask] !== item) continue;
      if (i === 0) {
        this.shift();
        return true;
      }
      for (let j = i + 1; j < this._size; j++) {
        this._items[(this._head + j - 1) & this._mask] = this._items[(this._head + j) & this._mask];
      }
      this.pop();
      return true;
    }
    return false;
  }
}
