// Where tasks wait: in debug mode each await of a future takes the stack, which with the engine's async
// frames is the whole chain of callers in that task.

import { userLines } from '../loop/creation.ts';

const places: WeakMap<object, Error> = new WeakMap();
const latest: WeakMap<object, Error> = new WeakMap();

export const debugPlaces: { on: boolean; note(future: object, task: object): void } = {
  on: false,
  note(future: object, task: object): void {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 50;
    const place = new Error('awaited here');
    places.set(future, place);
    latest.set(task, place);
    Error.stackTraceLimit = limit;
  },
};

/** The stack of the await on `future`, innermost first; empty when debug mode was off. */
export function awaitLines(future: object): string[] {
  const stack = places.get(future)?.stack;
  return stack === undefined ? [] : userLines(stack);
}

/** The stack of the latest await of `task` on a future of ours, innermost first; empty as above. */
export function latestAwaitLines(task: object): string[] {
  const stack = latest.get(task)?.stack;
  return stack === undefined ? [] : userLines(stack);
}
