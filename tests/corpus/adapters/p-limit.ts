// p-limit: what is cleared is always told here.

import { limit, limitFunction as limited } from 'asyncio-ts/tools';
import type { LimitOptions } from 'asyncio-ts/tools';
import { without } from './without.ts';

const ours = (options: number | LimitOptions): number | LimitOptions =>
  typeof options === 'object' ? without(options, 'rejectOnClear') : options;

export function entry(options: number | LimitOptions) {
  return limit(ours(options));
}

export function limitFunction(fn: (...args: unknown[]) => unknown, options: number | LimitOptions) {
  return limited(fn, ours(options));
}
