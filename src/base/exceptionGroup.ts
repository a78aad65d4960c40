// ExceptionGroup: several errors raised as one, with the operations of Python's PEP 654. A group is
// immutable; split, subgroup and derive build new groups and keep cause, stack place and nesting.

import { attempt } from './attempt.ts';
import { defineError } from './errorClass.ts';
import { hide, InvalidArgumentError } from './errors.ts';
import { showThrown } from './show.ts';

/** What selects errors in a group: classes, or a predicate that also sees the groups themselves. */
export type ErrorCondition =
  | (abstract new (...args: never[]) => unknown)
  | readonly (abstract new (...args: never[]) => unknown)[]
  | ((error: unknown) => boolean);

// Characters of the first error in a group's message.
const MOST_SHOWN = 200;
// What a group adds to its message. A subclass's `derive` may hand on the whole message, as in Python.
const OWN_PART = / ?\(\d+ errors?(?:, the first)?: ([^]*)\)$/;

function summary(text: string, errors: readonly unknown[]): string {
  const [first] = errors;
  // A group in a group has looked for it already.
  const found = attempt(() => first instanceof ExceptionGroup && OWN_PART.exec(first.message)?.[1]);
  const many = errors.length === 1 ? '1 error' : `${errors.length} errors, the first`;
  return `${text}${text && ' '}(${many}: ${found || showThrown(first).slice(0, MOST_SHOWN)})`;
}

/** Several errors raised together; what a {@link taskGroup} throws. Its message ends with how many there are and what
 * the first of them was; `text` is the message without that. Semantics: Python's ExceptionGroup.
 * @throws InvalidArgumentError when `errors` is empty
 * @example
 * ```ts
 * import { ExceptionGroup } from 'asyncio-ts';
 * const group = new ExceptionGroup('two', [new TypeError('a'), new RangeError('b')]);
 * const [types, rest] = group.split(TypeError);
 * console.log(types?.errors.length, rest?.errors.length); // -> 1 1
 * console.log(group.message); // -> two (2 errors, the first: TypeError("a"))
 * ```
 */
export class ExceptionGroup<E = unknown> extends AggregateError {
  /** Stable identifier of the kind of error. */
  readonly code: string = 'ERR_ASYNCIO_EXCEPTION_GROUP';
  declare errors: E[];
  /** The message that it was made with. */
  declare readonly text: string;

  constructor(message: string, errors: Iterable<E>, options?: ErrorOptions) {
    const list = [...errors];
    if (list.length === 0) {
      throw new InvalidArgumentError('errors', 'an ExceptionGroup needs at least one error');
    }
    const text = message.replace(OWN_PART, '');
    super(list, summary(text, list), options);
    hide(this, 'text', text);
  }

  /** A group of the same kind with other errors. A subclass overrides it to survive split and subgroup. */
  derive<F>(errors: Iterable<F>): ExceptionGroup<F> {
    return new ExceptionGroup(this.text, errors);
  }

  /** The part that meets the condition and the part that does not; a part without errors is undefined. */
  split(condition: ErrorCondition): [ExceptionGroup<E> | undefined, ExceptionGroup<E> | undefined] {
    return splitTree(this, predicate(condition)) as [this | undefined, this | undefined];
  }

  /** The part that meets the condition, or undefined. */
  subgroup(condition: ErrorCondition): ExceptionGroup<E> | undefined {
    return this.split(condition)[0];
  }

  /** All errors in the tree, groups dissolved. */
  *leaves(): Generator<unknown, void, undefined> {
    const open = [this.errors.values() as Iterator<unknown>];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { value, done } = top.next();
      if (done === true) open.pop();
      else if (value instanceof ExceptionGroup) open.push(value.errors.values());
      else yield value;
    }
  }
}

defineError(ExceptionGroup, 'ExceptionGroup');

interface Open {
  readonly group: ExceptionGroup;
  next: number;
  readonly inside: unknown[];
  readonly outside: unknown[];
}

type Parts = [ExceptionGroup | undefined, ExceptionGroup | undefined];

// Groups in groups to any depth: a list of its own instead of nested calls.
function splitTree(root: ExceptionGroup, test: (error: unknown) => boolean): Parts {
  if (test(root)) return [root, undefined];
  const path: Open[] = [{ group: root, next: 0, inside: [], outside: [] }];
  for (;;) {
    const top = path.at(-1) as Open;
    if (top.next === top.group.errors.length) {
      path.pop();
      const parts: Parts = [partOf(top.group, top.inside), partOf(top.group, top.outside)];
      const parent = path.at(-1);
      if (parent === undefined) return parts;
      if (parts[0] !== undefined) parent.inside.push(parts[0]);
      if (parts[1] !== undefined) parent.outside.push(parts[1]);
      continue;
    }
    const error = top.group.errors[top.next++];
    if (test(error)) top.inside.push(error);
    else if (error instanceof ExceptionGroup) path.push({ group: error, next: 0, inside: [], outside: [] });
    else top.outside.push(error);
  }
}

function partOf(group: ExceptionGroup, errors: unknown[]): ExceptionGroup | undefined {
  if (errors.length === 0) return undefined;
  if (errors.length === group.errors.length && errors.every((e, i) => e === group.errors[i])) return group;
  const part = group.derive(errors);
  if (group.cause !== undefined) part.cause = group.cause;
  const { stack } = group;
  if (stack !== undefined) part.stack = stack.replace(group.message, () => part.message);
  return part;
}

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
