// The registrations of a selector, as a read-only map from file objects to keys.

import { descriptorOf } from './selectorKey.ts';
import type { FileObject, SelectorKey } from './selectorKey.ts';

/** The registrations of a selector: a live, read-only view. A file object that was closed since it was
 * registered is still found. Iterates over the descriptors, in the order they were registered.
 * Semantics: the mapping of selectors' get_map.
 * @example
 * ```ts
 * import { DefaultSelector, EVENT_READ } from 'asyncio-ts/selectors';
 * import { Socket } from 'asyncio-ts/socket';
 * const socket = new Socket();
 * const selector = new DefaultSelector();
 * const map = selector.getMap();
 * selector.register(socket, EVENT_READ);
 * console.log(map?.size, map?.get(socket)?.events); // -> 1 1
 * selector.close();
 * socket.close();
 * ```
 */
export class SelectorMap<Data = unknown> implements Iterable<number> {
  readonly #keys: ReadonlyMap<number, SelectorKey<Data>>;

  constructor(keys: ReadonlyMap<number, SelectorKey<Data>>) {
    this.#keys = keys;
  }

  get size(): number {
    return this.#keys.size;
  }

  /** The key of a file object; undefined, or `fallback`, where it is not registered.
   * @throws InvalidArgumentError for what is no file object */
  get(fileobj: FileObject): SelectorKey<Data> | undefined;
  get<F>(fileobj: FileObject, fallback: F): SelectorKey<Data> | F;
  get(fileobj: FileObject, fallback?: unknown): unknown {
    return this.#keys.get(this._descriptorOf(fileobj)) ?? fallback;
  }

  has(fileobj: FileObject): boolean {
    return this.get(fileobj) !== undefined;
  }

  /** The descriptors. */
  keys(): IterableIterator<number> {
    return this.#keys.keys();
  }

  values(): IterableIterator<SelectorKey<Data>> {
    return this.#keys.values();
  }

  entries(): IterableIterator<[number, SelectorKey<Data>]> {
    return this.#keys.entries();
  }

  [Symbol.iterator](): IterableIterator<number> {
    return this.#keys.keys();
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: unknown,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return `Selector${inspect(new Map(this.#keys), options)}`;
  }

  /** The descriptor of a file object; of one that has lost its own the one it was registered with. @internal */
  _descriptorOf(fileobj: FileObject): number {
    try {
      return descriptorOf(fileobj);
    } catch (error) {
      for (const key of this.#keys.values()) if (key.fileobj === fileobj) return key.fd;
      throw error;
    }
  }
}
