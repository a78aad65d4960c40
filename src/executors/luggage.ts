// What travels along with a call: context variables that opted in, and the deadline of the code that submits it.
//
// A variable is known on both sides by its name: the module that makes it is loaded on both. In the worker the library
// finds the values of the call by the hook that `carry` puts up there, in whichever copy of it that module imports.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { Context, ContextVar, copyContext } from '../core/context/context.ts';
import { deadlineAround } from '../core/task/deadlineAround.ts';
import type { Loop } from '../loop/loop.ts';
import { WORK_SCOPE } from '../sys/worker/protocol.ts';
import type { Luggage, WorkScope } from '../sys/worker/protocol.ts';

const carried: Map<string, ContextVar<unknown>> = new Map();

/** Lets the value of a context variable travel with every call that is submitted to a pool. The module that makes the
 * variable is loaded in the worker too, and there `get` returns the value of the call's context. Values are copied as
 * arguments are, so one that cannot be copied fails the call. Returns the variable.
 * @throws InvalidArgumentError for what is no ContextVar, and when another variable of the same name travels already
 * @example
 * ```ts
 * import { carry, ContextVar } from 'asyncio-ts';
 * export const requestId = carry(new ContextVar<string>('requestId', { default: '' }));
 * console.log(requestId.get() === ''); // -> true
 * ```
 */
export function carry<T>(variable: ContextVar<T>): ContextVar<T> {
  if (!(variable instanceof ContextVar))
    throw new InvalidArgumentError('variable', `carry takes a ContextVar, not ${showValue(variable)}`);
  const before = carried.get(variable.name);
  if (before !== undefined && before !== (variable as unknown))
    throw new InvalidArgumentError(
      'variable',
      `another context variable called "${variable.name}" travels already: they are told apart by their names`,
    );
  carried.set(variable.name, variable);
  const scope = (globalThis as { [WORK_SCOPE]?: WorkScope })[WORK_SCOPE];
  if (scope !== undefined) scope.enter = enter;
  return variable;
}

/** What a call that is submitted on `loop` takes along. */
export function packLuggage(loop: Loop): Luggage | undefined {
  const variables = packVariables();
  const due = deadlineAround();
  if (variables === undefined && due === Infinity) return undefined;
  // Of the two clocks that both sides have in common.
  const deadline =
    due === Infinity ? undefined : performance.timeOrigin + performance.now() + (due - loop.time());
  return { variables, deadline };
}

function packVariables(): Luggage['variables'] {
  if (carried.size === 0) return undefined;
  const context = copyContext();
  const variables = [...carried]
    .filter(([, variable]) => context.has(variable))
    .map(([name, variable]) => [name, context.get(variable)] as const);
  return variables.length === 0 ? undefined : variables;
}

// In a worker: runs a call with the values that came along.
function enter(variables: NonNullable<Luggage['variables']>, fn: () => unknown): unknown {
  const context = new Context();
  return context.run(() => {
    for (const [name, value] of variables) carried.get(name)?.set(value);
    return fn();
  });
}
