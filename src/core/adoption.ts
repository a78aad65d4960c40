// How a future learns that an async function returned it. `return future` is no await: the engine adopts
// the future by calling its `then` with the resolving functions of the async function's own promise. These
// are told from a program's callbacks by what the language says of them: built in, anonymous, one parameter,
// no `prototype`.

const source = Function.prototype.toString;
const BUILT_IN = /\{\s*\[native code\]\s*\}$/;

/** True when `onResult` settles another promise: the future is adopted, not merely listened to. */
export function isAdoption(onResult: unknown): boolean {
  return typeof onResult === 'function' && onResult.name === '' && onResult.length === 1
    && !Object.hasOwn(onResult, 'prototype') && BUILT_IN.test(source.call(onResult));
}
