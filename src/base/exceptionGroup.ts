// ExceptionGroup: several errors raised as one, with the operations of Python's PEP 654. A group is
// immutable; split, subgroup and derive build new groups and keep cause, stack place and nesting.

import { InvalidArgumentError, nameOnPrototype } from './errors.ts';

/** What selects errors in a group: classes, or a predicate that also sees the groups themselves. */
export type ErrorCondition =
  | (abstract new (...args: never[]) => unknown)
  | readonly (abstract new (...args: never[]) => unknown)[]
  | ((error: unknown) => boolean);

/** Several errors raised together; what a {@link taskGroup} throws. Semantics: Python's ExceptionGroup.
 * @throws InvalidArgumentError when `errors` is empty
 * @example
 * ```ts
 * import { ExceptionGroup } from 'asyncio-ts';
 * const group = new ExceptionGroup('two', [new TypeError('a'), new RangeError('b')]);
 * const [types, rest] = group.split(TypeError);
 * console.log(types?.errors.length, rest?.errors.length); // -> 1 1
 * ```
 */
export class ExceptionGroup<E = unknown> extends AggregateError {
  /** Stable identifier of the kind of error. */
  readonly code: string = 'ERR_ASYNCIO_EXCEPTION_GROUP';
  declare errors: E[];

  constructor(message: string, errors: Iterable<E>, options?: ErrorOptions) {
    const list = [...errors];
    if (list.length === 0) {
      throw new InvalidArgumentError('errors', 'an ExceptionGroup needs at least one error');
    }
    super(list, message, options);
  }

  /** A group of the same kind with other errors. A subclass overrides it to survive split and subgroup. */
  derive<F>(errors: Iterable<F>): ExceptionGroup<F> {
    return new ExceptionGroup(this.message, errors);
  }

  /** The part that meets the condition and the part that does not; a part without errors is undefined. */
  split(condition: ErrorCondition): [ExceptionGroup<E> | undefined, ExceptionGroup<E> | undefined] {
    const test = predicate(condition);
    if (test(this)) return [this, undefined];
    const inside: E[] = [];
    const outside: E[] = [];
    for (const error of this.errors) {
      if (error instanceof ExceptionGroup) {
        const [yes, no] = error.split(test);
        if (yes !== undefined) inside.push(yes as E);
        if (no !== undefined) outside.push(no as E);
      } else if (test(error)) inside.push(error);
      else outside.push(error);
    }
    return [this.#part(inside), this.#part(outside)];
  }

  /** The part that meets the condition, or undefined. */
  subgroup(condition: ErrorCondition): ExceptionGroup<E> | undefined {
    return this.split(condition)[0];
  }

  /** All errors in the tree, groups dissolved. */
  *leaves(): Generator<unknown, void, undefined> {
    for (const error of this.errors) {
      if (error instanceof ExceptionGroup) yield* error.leaves();
      else yield error;
    }
  }

  #part(errors: E[]): ExceptionGroup<E> | undefined {
    if (errors.length === 0) return undefined;
    if (errors.length === this.errors.length && errors.every((e, i) => e === this.errors[i])) return this;
    const part = this.derive(errors);
    if (this.cause !== undefined) part.cause = this.cause;
    if (this.stack !== undefined) part.stack = this.stack;
    return part;
  }
}

nameOnPrototype(ExceptionGroup, 'ExceptionGroup');

function predicate(condition: ErrorCondition): (error: unknown) => boolean {
  if (Array.isArray(condition)) return (error) => condition.some((type) => error instanceof type);
  if (typeof condition !== 'function') {
    throw new InvalidArgumentError(
      'condition',
      'the condition must be an error class, classes or a function',
    );
  }
  const type = condition as abstract new () => unknown;
  if (type === Error || type.prototype instanceof Error) return (error) => error instanceof type;
  return condition as (error: unknown) => boolean;
}

/** Python's `except*`: hands the part of `error` that meets `condition` to `handler` and returns what is
 * left, or undefined when nothing is. A single error counts as a group of one; what `handler` throws is
 * thrown on.
 * @example
 * ```ts
 * import { ExceptionGroup, exceptStar } from 'asyncio-ts';
 * const error = new ExceptionGroup('two', [new TypeError('a'), new RangeError('b')]);
 * const rest = exceptStar(error, TypeError, (group) => console.log(group.errors.length)); // -> 1
 * console.log((rest as ExceptionGroup).errors.length); // -> 1
 * ```
 */
export function exceptStar(
  error: unknown,
  condition: ErrorCondition,
  handler: (group: ExceptionGroup) => void,
): unknown {
  const group = error instanceof ExceptionGroup ? error : new ExceptionGroup('', [error]);
  const [matching, rest] = group.split(condition);
  if (matching !== undefined) handler(matching);
  if (matching === undefined) return error;
  return rest;
}
