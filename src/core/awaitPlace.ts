// Where tasks wait: in debug mode each await of a future takes the stack, which with the engine's async
// frames is the whole chain of callers in that task.

import { userLines } from '../loop/creation.ts';

const places: WeakMap<object, Error> = new WeakMap();

export const debugPlaces: { on: boolean; note(future: object): void } = {
  on: false,
  note(future: object): void {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 50;
    places.set(future, new Error('awaited here'));
    Error.stackTraceLimit = limit;
  },
};

/** The stack of the await on `future`, innermost first; empty when debug mode was off. */
export function awaitLines(future: object): string[] {
  const stack = places.get(future)?.stack;
  return stack === undefined ? [] : userLines(stack);
}
