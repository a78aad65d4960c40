// p-throttle: what ours refuses fails the call, and its option `signal` fails with the signal's reason.

import { throttle } from 'asyncio-ts/tools';
import type { ThrottleOptions } from 'asyncio-ts/tools';
import { asAborted } from './aborted.ts';
import { without } from './without.ts';

export function entry(options: ThrottleOptions) {
  const wrap = throttle(without(options, 'strict'));
  return (fn: (...args: unknown[]) => unknown) => {
    const call = wrap(fn);
    const throttled = function (this: unknown, ...args: unknown[]): Promise<unknown> {
      return asAborted(() => call.apply(this, args), options.signal);
    };
    return Object.defineProperties(throttled, {
      queueSize: { get: () => call.queueSize },
      isEnabled: {
        get: () => call.isEnabled,
        set: (value: boolean) => {
          call.isEnabled = value;
        },
      },
    });
  };
}
