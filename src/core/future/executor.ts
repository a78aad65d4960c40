// `new Future(executor)`: what Promise's own statics need of a subclass (`Future.resolve`, `Future.all`).

import { InvalidArgumentError } from '../../base/errors.ts';

export type PromiseExecutor<T> = (resolve: (value: T) => void, reject: (error: unknown) => void) => void;

interface Settable<T> {
  done(): boolean;
  setResult(value: T): void;
  setException(error: unknown): void;
}

/** Calls `executor` as the Promise constructor does: only the first outcome counts.
 * @throws InvalidArgumentError when it is no function */
export function runExecutor<T>(future: Settable<T>, executor: PromiseExecutor<T>): void {
  if (typeof executor !== 'function') {
    throw new InvalidArgumentError(
      'options',
      `a future takes options or a promise's executor, not ${typeof executor}`,
    );
  }
  const reject = (error: unknown): void => {
    if (!future.done()) future.setException(error);
  };
  const resolve = (value: T): void => {
    if (!future.done()) future.setResult(value);
  };
  try {
    executor(resolve, reject);
  } catch (error) {
    reject(error);
  }
}
