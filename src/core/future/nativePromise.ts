// The native promise under a future: catching its `resolve`, subscribing without being taken for an await,
// settling it.

export type Resolve = (value: unknown) => void;

// `resolve` is caught by an executor that is made once. Keeping `reject` as well would cost each future
// 64 bytes; a failure comes from a thenable instead.
let caught: Resolve;

export const catchResolve = (resolve: Resolve): void => {
  caught = resolve;
};

/** The `resolve` of the promise that was made last. */
export function caughtResolve(): Resolve {
  return caught;
}

/** Makes a promise whose `resolve` is left in `future._resolve`. */
export function makeNative<T>(future: { _resolve: Resolve | undefined }): Promise<T> {
  const promise = new Promise<T>(catchResolve as never);
  future._resolve = caught;
  return promise;
}

export const nativeThen: typeof Promise.prototype.then = Promise.prototype.then;
const nativeFinally = Promise.prototype.finally;
export const ignore = (): void => {};

/** True while the reads of `constructor` come from our own subscribing. */
export let subscribing = false;

/** The native `then`. */
export function nativeSubscribe(
  promise: Promise<unknown>,
  onResult: ((value: never) => unknown) | null | undefined,
  onError: ((error: unknown) => unknown) | null | undefined,
): Promise<never> {
  subscribing = true;
  try {
    return nativeThen.call(promise, onResult as never, onError) as Promise<never>;
  } finally {
    subscribing = false;
  }
}

/** The native `finally`, which calls the promise's own `then`. */
export function nativeFinish<T>(
  promise: Promise<T>,
  callback: (() => void) | null | undefined,
): Promise<T> {
  subscribing = true;
  try {
    return nativeFinally.call(promise, callback) as Promise<T>;
  } finally {
    subscribing = false;
  }
}

class Failure {
  readonly error: unknown;
  constructor(error: unknown) {
    this.error = error;
  }
  then(_: unknown, reject: Resolve): void {
    reject(this.error);
  }
}

/** What rejects with an error that has no place yet, if it is one; undefined as long as there are none. */
export const placing: {
  reject: ((promise: Promise<unknown>, resolve: Resolve, error: unknown) => boolean) | undefined;
} = { reject: undefined };

/** Rejects `promise` with `error`. A handler of our own sees to it that a promise to which nobody listens
 * any more does not count as unhandled. */
export function nativeReject(promise: Promise<unknown>, resolve: Resolve, error: unknown): void {
  if (placing.reject?.(promise, resolve, error) === true) return;
  void nativeSubscribe(promise, undefined, ignore);
  resolve(new Failure(error));
}
