// Python's containers that JavaScript has none of. Each is a class of JavaScript's own kind beside it, so that it is used
// as that: a tuple is an array that does not change, a frozenset a set that does not.

/** Python's tuple: a frozen array. What is made of one, by `map` or `slice`, is an ordinary array.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const point = pickle.Tuple.of(1, 2);
 * const [x, y] = pickle.loads(pickle.dumps(point)) as typeof point;
 * console.log(x, y); // -> 1 2
 * ```
 */
export class Tuple<T = unknown> extends Array<T> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static override of<T>(...items: T[]): Tuple<T> {
    return tupleOf(items);
  }

  static override from<T>(items: Iterable<T> | ArrayLike<T>): Tuple<T> {
    return tupleOf(Array.from(items));
  }
}

/** As Tuple.of. */
function tupleOf<T>(items: readonly T[]): Tuple<T> {
  const tuple = new Tuple<T>();
  for (const item of items) tuple.push(item);
  return Object.freeze(tuple);
}

/** Python's bytearray. A Uint8Array of any other kind is bytes.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const bytes = pickle.loads(pickle.dumps(pickle.ByteArray.of(1, 2)));
 * console.log(bytes instanceof pickle.ByteArray); // -> true
 * ```
 */
export class ByteArray extends Uint8Array {
  static get [Symbol.species](): Uint8ArrayConstructor {
    return Uint8Array;
  }
}

/** Python's frozenset: adding and deleting are a TypeError.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const days = new pickle.FrozenSet(['sat', 'sun']);
 * console.log((pickle.loads(pickle.dumps(days)) as Set<string>).has('sun')); // -> true
 * ```
 */
export class FrozenSet<T = unknown> extends Set<T> {
  constructor(items: Iterable<T> = []) {
    super();
    for (const item of items) super.add(item);
  }

  override add(_item: T): this {
    throw new TypeError('a FrozenSet does not change');
  }

  override delete(_item: T): boolean {
    throw new TypeError('a FrozenSet does not change');
  }

  override clear(): void {
    throw new TypeError('a FrozenSet does not change');
  }
}

/** Python's collections.OrderedDict.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const bytes = pickle.dumps(new pickle.OrderedDict([['a', 1]]));
 * console.log(pickle.loads(bytes) instanceof pickle.OrderedDict); // -> true
 * ```
 */
export class OrderedDict<K = unknown, V = unknown> extends Map<K, V> {}

/** Python's collections.Counter.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const bytes = pickle.dumps(new pickle.Counter([['a', 2]]));
 * console.log((pickle.loads(bytes) as pickle.Counter).get('a')); // -> 2
 * ```
 */
export class Counter<K = unknown> extends Map<K, unknown> {}

/** Python's collections.defaultdict. What makes the missing values is kept as a name, and never called.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const groups = new pickle.DefaultDict(new pickle.PickledGlobal('builtins', 'list'), [['a', [1]]]);
 * console.log((pickle.loads(pickle.dumps(groups)) as typeof groups).defaultFactory?.name); // -> list
 * ```
 */
export class DefaultDict<K = unknown, V = unknown> extends Map<K, V> {
  readonly defaultFactory: PickledGlobal | null;

  constructor(defaultFactory: PickledGlobal | null = null, entries: Iterable<readonly [K, V]> = []) {
    super(entries);
    this.defaultFactory = defaultFactory;
  }
}

/** Python's collections.deque: an array with a `maxlen`, which it does not enforce.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const last = pickle.Deque.bounded(3, [1, 2]);
 * console.log((pickle.loads(pickle.dumps(last)) as pickle.Deque).maxlen); // -> 3
 * ```
 */
export class PickledDeque<T = unknown> extends Array<T> {
  declare maxlen: number | null;

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static bounded<T>(maxlen: number | null, items: Iterable<T> = []): PickledDeque<T> {
    const deque = new PickledDeque<T>();
    Object.defineProperty(deque, 'maxlen', { value: maxlen, writable: true });
    for (const item of items) deque.push(item);
    return deque;
  }
}
Object.defineProperty(PickledDeque.prototype, 'maxlen', { value: null, writable: true });

/** A class or function of Python's, by its name: never anything that could be called.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * console.log(String(pickle.loads(pickle.dumps(new pickle.PickledGlobal('builtins', 'int'))))); // -> builtins.int
 * ```
 */
export class PickledGlobal {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
    Object.freeze(this);
  }

  toString(): string {
    return `${this.module}.${this.name}`;
  }
}

/** An object of a class that nobody has given, as `unknown: 'keep'` reads it: what its pickle says, and nothing run. It
 * is written as it was.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const bytes = Buffer.from("capp\nUser\n(S'ada'\ntR.");
 * const user = pickle.loads(bytes, { unknown: 'keep' }) as pickle.PickledObject;
 * console.log(String(user.type), user.args[0]); // -> app.User ada
 * ```
 */
export class PickledObject {
  /** The class, or the function that makes the object. */
  readonly type: PickledGlobal;
  readonly args: readonly unknown[];
  readonly kwargs: ReadonlyMap<unknown, unknown> | undefined;
  /** Made by `__new__`, and not by a call. */
  readonly isNew: boolean;
  state: unknown = undefined;
  items: unknown[] | undefined = undefined;
  entries: [unknown, unknown][] | undefined = undefined;

  constructor(
    type: PickledGlobal,
    args: readonly unknown[],
    kwargs: ReadonlyMap<unknown, unknown> | undefined,
    isNew: boolean,
  ) {
    this.type = type;
    this.args = args instanceof Tuple ? args : Tuple.from(args);
    this.kwargs = kwargs;
    this.isNew = isNew;
  }
}

/** Bytes that protocol 5 may keep outside of the pickle. Semantics: pickle.PickleBuffer.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const buffers: pickle.PickleBuffer[] = [];
 * const pixels = new Uint8Array(1_000_000);
 * const bytes = pickle.dumps(new pickle.PickleBuffer(pixels), { bufferCallback: (one) => buffers.push(one) && false });
 * const same = pickle.loads(bytes, { buffers: buffers.map((one) => one.bytes) });
 * console.log(bytes.length, same === pixels); // -> 4 true
 * ```
 */
export class PickleBuffer {
  readonly bytes: Uint8Array;
  readonly readonly: boolean;

  constructor(bytes: Uint8Array, options: { readonly?: boolean } = {}) {
    if (!(bytes instanceof Uint8Array)) throw new TypeError('a PickleBuffer is made of a Uint8Array');
    this.bytes = bytes;
    this.readonly = options.readonly ?? false;
  }
}
