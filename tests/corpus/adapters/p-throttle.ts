// p-throttle: what ours refuses fails the call, and its option `signal` fails with the signal's reason.

import { throttle } from 'asyncio-ts/tools';
import type { ThrottleOptions } from 'asyncio-ts/tools';
import { asAborted } from './aborted.ts';

export function entry(options: ThrottleOptions) {
  return (fn: (...args: unknown[]) => unknown) => {
    const call = throttle(options)(fn);
    const throttled = function (this: unknown, ...args: unknown[]): Promise<unknown> {
      return asAborted(() => call.apply(this, args), options.signal);
    };
    return Object.defineProperty(throttled, 'queueSize', { get: () => call.queueSize });
  };
}
