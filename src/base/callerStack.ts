// Where an error is said to come from. What goes wrong in an event of the host's, or many awaits below the call that
// it answers, has a stack of the library's own lines; what helps is the line of the program that called.
//
// 1. It costs nothing until something goes wrong: an error's stack is taken where it is thrown to the caller, where
//    the engine finds the callers of async functions by following their awaits.
// 2. An error that is thrown to several, such as the one that a connection was lost with, keeps the first place.

type Callable = (...args: never[]) => unknown;

/** Errors that were made in an event, and have not been thrown to anybody (core/future/madeInEvent.ts). */
export const placeless: WeakSet<object> = new WeakSet();

/** Has the stack of `error` begin at the caller of `below`, the function that runs. Where the error does not allow that
 * it stays as it is. Returns the error. */
export function atCaller<E>(error: E, below: Callable): E {
  try {
    placeless.delete(error as object);
    Error.captureStackTrace(error as object, below);
  } catch {
    // Frozen, or no object at all.
  }
  return error;
}
