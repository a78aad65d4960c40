// Values that are handed over instead of copied.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { TRANSFERRED } from '../sys/worker/protocol.ts';

/** Hands the objects in `list` (ArrayBuffers, MessagePorts, streams, …) over with `value`, instead of copying them; they
 * are of no use on this side afterwards. For an argument of a call, and in a worker for what work returns or yields. It
 * stands for `value` there, and nowhere else.
 * @throws InvalidArgumentError when `list` is no array of objects
 * @example
 * ```ts
 * import { run, ThreadPoolExecutor, transfer } from 'asyncio-ts';
 * await run(async () => {
 *   await using pool = new ThreadPoolExecutor();
 *   const bytes = new Uint8Array(1_000_000);
 *   const sum = (data: Uint8Array) => data.reduce((a, b) => a + b, 0);
 *   console.log(await pool.submit(sum, transfer([bytes.buffer], bytes)), bytes.length); // -> 0 0
 * });
 * ```
 */
export function transfer<T>(list: readonly object[], value: T): T {
  if (!Array.isArray(list) || list.some((each) => typeof each !== 'object' || each === null))
    throw new InvalidArgumentError('list', `transfer takes an array of objects, not ${showValue(list)}`);
  return { [TRANSFERRED]: list, value } as T;
}

/** The arguments themselves, and what of them is transferred. */
export function unpackArguments(args: readonly unknown[]): {
  readonly args: readonly unknown[];
  readonly transfer: readonly object[];
} {
  if (!args.some(isTransferred)) return { args, transfer: [] };
  const list: object[] = [];
  const values = args.map((arg) => {
    if (!isTransferred(arg)) return arg;
    list.push(...arg[TRANSFERRED]);
    return arg.value;
  });
  return { args: values, transfer: list };
}

function isTransferred(value: unknown): value is { [TRANSFERRED]: readonly object[]; value: unknown } {
  return typeof value === 'object' && value !== null && TRANSFERRED in value;
}
