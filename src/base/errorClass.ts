// What makes an error class one of the library's: its name, its code, and a mark by which errors of another copy of
// the package are known.
//
// Two copies in one process (two versions, a bundled one beside one in node_modules) have classes of their own, and
// `instanceof` compares classes. So:
// 1. The prototype of each class has a mark, `Symbol.for('asyncio-ts/' + name)`, and inherits those of the classes
//    above. An error with the mark of a class is an instance of that class, whichever copy made it.
// 2. An error that has crossed threads has lost its class and its mark. Where the host kept its `code`, as Node and
//    Bun do for what ends a worker (the event `error`), it is known by that. structuredClone and postMessage keep
//    message, stack and cause, and nothing that tells a cancel from any other error: whoever sends one sends its code.
// 3. A class that a program derives from ours is known as any class is.

interface Kind {
  readonly mark: symbol;
  readonly code: string | undefined;
}

const KIND = Symbol('kind');
const ordinary = Function.prototype[Symbol.hasInstance];

type Marked = Readonly<Record<symbol | 'code', unknown>>;

/** The mark of the class called `name`, in every copy of the package. */
export function errorMark(name: string): symbol {
  return Symbol.for(`asyncio-ts/${name}`);
}

/** Gives an error class its `name`, its mark, and a `code` of its own. The name is written out because a minifier
 * renames classes, and on the prototype because an own `name` would show up among the fields of every printed
 * error. An error with the mark is an instance, whichever copy of the class made it, and with a `code` of the class, where
 * it has lost its class on the way between threads.
 * @example
 * ```ts
 * import { AsyncioError } from 'asyncio-ts';
 * import { defineError } from 'asyncio-ts/lowlevel';
 * class QuotaError extends AsyncioError {
 *   constructor(message: string) { super('ERR_QUOTA', message); }
 * }
 * defineError(QuotaError, 'QuotaError', 'ERR_QUOTA');
 * console.log(String(new QuotaError('too much'))); // -> QuotaError: too much
 * ```
 */
export function defineError(type: { prototype: object }, name: string, code?: string): void {
  const mark = errorMark(name);
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(type.prototype, mark, { value: true });
  if (code !== undefined)
    Object.defineProperty(type.prototype, 'code', { value: code, configurable: true, writable: true });
  Object.defineProperty(type, KIND, { value: { mark, code } satisfies Kind });
  Object.defineProperty(type, Symbol.hasInstance, { value: hasInstance, configurable: true });
}

function hasInstance(this: { readonly [KIND]: Kind }, value: unknown): boolean {
  if (ordinary.call(this, value)) return true;
  // A class that was derived from ours inherits this function, and not the kind.
  if (typeof value !== 'object' || value === null || !Object.hasOwn(this, KIND)) return false;
  const { mark, code } = this[KIND];
  return (value as Marked)[mark] === true || (code !== undefined && isErrorWith(value, code));
}

function isErrorWith(value: object, code: string): boolean {
  return (value as Marked).code === code && value instanceof Error;
}

/** Whether `value` is an error of the kind that has this mark and code, without asking its class. */
export function isOfKind(value: object, mark: symbol, code: string): boolean {
  return (value as Marked)[mark] === true || isErrorWith(value, code);
}
