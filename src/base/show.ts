// Words for a value of somebody else's, as messages and reports need them. Asking such a value for its name
// runs its getters, and a proxy may be revoked: these return words whatever happens, and never throw.

import { attempt } from './attempt.ts';
import { harmless, quote } from './harmless.ts';

/** How the host's `inspect` shows a value inside of another. */
export type Inspect = (value: unknown) => string;

/** What a message says of a value that was given in place of another. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'function') return `a function (${functionName(value)})`;
  return typeof value === 'object' && value !== null ? `an object (${className(value)})` : String(value);
}

/** The name of an object's class. */
export function className(value: object): string {
  const name: unknown = attempt(() => value.constructor.name);
  return typeof name === 'string' && name !== '' ? harmless(name) : 'without a class';
}

/** The name of a function, or what stands for one that has none. */
export function functionName(callback: unknown): string {
  const name: unknown = attempt(() => (callback as { readonly name?: unknown }).name);
  return typeof name === 'string' && name !== '' ? harmless(name) : '(anonymous)';
}

/** `TypeError("no such key")`. */
export function showError(error: Error): string {
  const shown = attempt(() => `${harmless(error.name)}(${quote(error.message)})`);
  return shown ?? 'an error whose name cannot be read';
}

/** As {@link showError}, of what was thrown, be it an error or not. */
export function showThrown(thrown: unknown): string {
  return attempt(() => thrown instanceof Error) === true ? showError(thrown as Error) : showValue(thrown);
}

const printed = Symbol.for('nodejs.util.inspect.custom');

interface Printed {
  [printed]?(depth: number, options: object, inspect: (value: unknown) => string): string;
}

/** Gives a class a `toString` and a `toJSON` that return what printing shows. What its objects lead to, their loop above
 * all, is no data, and goes round in circles. */
export function showAsText(type: { prototype: object }): void {
  const inspect = (value: unknown): string =>
    (value as Printed | undefined)?.[printed]?.(0, {}, inspect) ?? showValue(value);
  const value = function (this: Printed): string {
    return this[printed]?.(0, {}, inspect) ?? `<${className(this)}>`;
  };
  for (const name of ['toString', 'toJSON'])
    Object.defineProperty(type.prototype, name, { value, configurable: true, writable: true });
}

/** What is printed as one line. A base class, because a bundler keeps every class that has a computed key such as
 * this one, whether a program uses it or not. */
export abstract class OneLine {
  /** @internal */
  protected abstract line(): string;

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.line();
  }

  toString(): string {
    return this.line();
  }
}
