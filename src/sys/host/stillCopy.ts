// A copy of a value for `util.inspect` to show, made without running any code of the program: what inspection reads on
// its way, as a getter of a class's name, a tag or `hasInstance`, may be the program's own and change something.
//
// 1. Only data properties are read, by their descriptors; getters are named, proxies are not entered.
// 2. The copy has what inspection reads: plain data, below prototypes of its own.
// 3. It is bounded: as deep as is shown, and some thousand values. It imports nothing that the core has.

import process from 'node:process';

const DEPTH = 4;
const MOST_VALUES = 5000;
const MOST_MEMBERS = 101;

/** A copy of `value` in which nothing is the program's own but primitive values. */
export function stillCopy(value: unknown): unknown {
  return new Copier().copy(value, 0);
}

class Copier {
  readonly #types = process.getBuiltinModule('node:util').types;
  readonly #inspect = process.getBuiltinModule('node:util').inspect;
  readonly #known: Map<object, unknown> = new Map();
  readonly #prototypes: Map<string, object> = new Map();

  copy(value: unknown, depth: number): unknown {
    if (typeof value === 'function') return this.#function(value);
    if (typeof value !== 'object' || value === null) return value;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    if (this.#types.isProxy(value)) return this.#word('Proxy');
    if (depth > DEPTH || this.#known.size > MOST_VALUES)
      return this.#word(`[${nameOf(value) ?? 'Object'}]`);
    const made = this.#made(value);
    this.#known.set(value, made);
    if (Array.isArray(made)) made.length = lengthOf(value);
    else if (made instanceof Map)
      within(Map.prototype.forEach, value, (each, key) =>
        made.set(this.copy(key, depth + 1), this.copy(each, depth + 1)),
      );
    else if (made instanceof Set)
      within(Set.prototype.forEach, value, (each) => made.add(this.copy(each, depth + 1)));
    if (!this.#isShown(made)) this.#copyMembers(value, made, depth);
    return made;
  }

  /** What stands for it, without its members. */
  #made(value: object): object {
    const { isMap, isSet, isDate, isNativeError, isRegExp, isPromise, isTypedArray, isAnyArrayBuffer } =
      this.#types;
    const name = nameOf(value);
    if (Array.isArray(value)) return [];
    if (isMap(value)) return this.#named(new Map(), name, Map.prototype);
    if (isSet(value)) return this.#named(new Set(), name, Set.prototype);
    if (isDate(value))
      return this.#named(new Date(Date.prototype.getTime.call(value)), name, Date.prototype);
    if (isNativeError(value)) return this.#word(errorText(value, name));
    if (isRegExp(value)) return this.#word(regExpText(value));
    if (isPromise(value)) return this.#word('Promise');
    if (isTypedArray(value) || isAnyArrayBuffer(value))
      return this.#word(`${name ?? 'bytes'} (${bytesOf(value)} bytes)`);
    if (name === undefined) return Object.create(null) as object;
    return name === 'Object' ? {} : this.#named({}, name, Object.prototype);
  }

  #copyMembers(value: object, made: object, depth: number): void {
    let left = MOST_MEMBERS;
    for (const key of Reflect.ownKeys(value)) {
      const described = Reflect.getOwnPropertyDescriptor(value, key);
      if (described?.enumerable !== true) continue;
      // Inspection uses the methods of a map, a set, a date.
      if (isOfMethods(made) && key in made) continue;
      if (left-- <= 0) return;
      const each = 'value' in described ? this.copy(described.value, depth + 1) : this.#accessor(described);
      Object.defineProperty(made, key, {
        value: each,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }

  #accessor({ get, set }: PropertyDescriptor): object {
    return this.#word(get === undefined ? '[Setter]' : set === undefined ? '[Getter]' : '[Getter/Setter]');
  }

  #function(value: Function): object {
    if (this.#types.isProxy(value)) return this.#word('Proxy');
    const name = dataOf(value, 'name');
    const isClass = /^class\b/.test(Function.prototype.toString.call(value));
    const shown = typeof name === 'string' && name !== '' ? name : '(anonymous)';
    return this.#word(
      isClass ? `[class ${shown}]` : `[Function${shown === '(anonymous)' ? ' ' : ': '}${shown}]`,
    );
  }

  readonly #words: WeakSet<object> = new WeakSet();

  #word(text: string): object {
    const word = { [this.#inspect.custom]: () => text };
    this.#words.add(word);
    return word;
  }

  #isShown(made: object): boolean {
    return this.#words.has(made);
  }

  /** Gives it a prototype of that name. */
  #named(made: object, name: string | undefined, base: object): object {
    if (name === undefined || name === dataOf(dataOf(base, 'constructor') as object, 'name')) return made;
    const key = `${name} ${dataOf(dataOf(base, 'constructor') as object, 'name') as string}`;
    let prototype = this.#prototypes.get(key);
    if (prototype === undefined) {
      const constructor = function (): void {};
      Object.defineProperty(constructor, 'name', { value: name });
      prototype = Object.create(base, { constructor: { value: constructor } }) as object;
      constructor.prototype = prototype;
      this.#prototypes.set(key, prototype);
    }
    return Object.setPrototypeOf(made, prototype) as object;
  }
}

function within<V, K>(
  forEach: (this: never, each: (value: V, key: K) => void) => void,
  value: object,
  each: (value: unknown, key: unknown) => void,
): void {
  let left = MOST_MEMBERS;
  forEach.call(value as never, (member, key) => {
    if (left-- > 0) each(member, key);
  });
}

/** A property's value where it is plain data, the value's own. */
function dataOf(value: object, key: PropertyKey): unknown {
  const described = Reflect.getOwnPropertyDescriptor(value, key);
  return described !== undefined && 'value' in described ? (described.value as unknown) : undefined;
}

/** The name of its class; undefined where it has no prototype. */
function nameOf(value: object): string | undefined {
  const { isProxy } = process.getBuiltinModule('node:util').types;
  let at: object | null = value;
  for (let left = 100; at !== null && left > 0 && !isProxy(at); left--) {
    const constructor = dataOf(at, 'constructor');
    if (typeof constructor === 'function' && !isProxy(constructor)) {
      const name = dataOf(constructor, 'name');
      if (typeof name === 'string' && name !== '') return name;
    }
    at = Object.getPrototypeOf(at) as object | null;
  }
  return at === value || at !== null ? 'Object' : undefined;
}

const isOfMethods = (made: object): boolean =>
  made instanceof Map || made instanceof Set || made instanceof Date;

const lengthOf = (value: object): number => Math.min(Number(dataOf(value, 'length')), MOST_MEMBERS);

/** By the getters of the engine: `flags` reads the others, which may be the value's own. */
function regExpText(value: RegExp): string {
  const read = (name: string): unknown =>
    Reflect.getOwnPropertyDescriptor(RegExp.prototype, name)?.get?.call(value);
  return `/${read('source')}/${FLAGS.filter(([name]) => read(name) === true)
    .map(([, flag]) => flag)
    .join('')}`;
}

const FLAGS = [
  ['hasIndices', 'd'],
  ['global', 'g'],
  ['ignoreCase', 'i'],
  ['multiline', 'm'],
  ['dotAll', 's'],
  ['unicode', 'u'],
  ['unicodeSets', 'v'],
  ['sticky', 'y'],
] as const;

/** The stack where reading it runs nothing of the program's. */
function errorText(error: Error, name: string = 'Error'): string {
  const own = Reflect.getOwnPropertyDescriptor(error, 'stack');
  const isEngines = own?.get !== undefined && own.get === engineStackGetter();
  const isSilent =
    isHosts(dataOf(Error, 'prepareStackTrace')) &&
    typeof inherited(error, 'name') === 'string' &&
    typeof inherited(error, 'message') === 'string' &&
    inherited(error, 'toString') === errorToString;
  const text = isEngines && isSilent ? own.get?.call(error) : own?.value;
  if (typeof text === 'string') return text;
  const message = dataOf(error, 'message');
  return `[${name}${typeof message === 'string' ? `: ${message}` : ''}]`;
}

// The host asks the error for its text when it writes the stack.
const errorToString: unknown = dataOf(Error.prototype, 'toString');

/** As {@link dataOf}, of the value or of what it inherits from. */
function inherited(value: object, key: PropertyKey): unknown {
  const { isProxy } = process.getBuiltinModule('node:util').types;
  let at: object | null = value;
  for (let left = 100; at !== null && left > 0 && !isProxy(at); left--) {
    if (Reflect.getOwnPropertyDescriptor(at, key) !== undefined) return dataOf(at, key);
    at = Object.getPrototypeOf(at) as object | null;
  }
  return undefined;
}

/** The host's own way to write a stack, or none. */
const isHosts = (prepare: unknown): boolean =>
  typeof prepare !== 'function' ||
  /internalPrepareStackTrace|\[native code\]/.test(Function.prototype.toString.call(prepare));

function engineStackGetter(): unknown {
  // eslint-disable-next-line unicorn/error-message -- it is never thrown
  return Reflect.getOwnPropertyDescriptor(new Error('for its stack'), 'stack')?.get;
}

function bytesOf(value: NodeJS.TypedArray | ArrayBufferLike): number {
  const base: object = ArrayBuffer.isView(value)
    ? (Object.getPrototypeOf(Uint8Array.prototype) as object)
    : process.getBuiltinModule('node:util').types.isSharedArrayBuffer(value)
      ? SharedArrayBuffer.prototype
      : ArrayBuffer.prototype;
  return Number(Reflect.getOwnPropertyDescriptor(base, 'byteLength')?.get?.call(value));
}
