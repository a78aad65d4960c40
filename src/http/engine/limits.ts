// What an engine protects itself with, where the program says nothing. As node:http has it where that is known to be
// enough; a head of more than 100 fields, and waiting for ever for a slow head, serve nobody.

import { InvalidArgumentError } from '../../asyncio.ts';
import type { EngineLimits } from './exchange.ts';

export const defaultLimits: EngineLimits = {
  maxHeadSize: 16_384,
  maxFields: 100,
  maxBodySize: Infinity,
  headTimeout: 60_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 5000,
  maxConnections: Infinity,
  maxRequestsPerConnection: Infinity,
};

/** @throws InvalidArgumentError for anything but numbers above zero */
export function completeLimits(given: Partial<EngineLimits> | undefined): EngineLimits {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(defaultLimits) as (keyof EngineLimits)[]) {
    const value = given?.[name];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !(value > 0))
      throw new InvalidArgumentError(name, `${name} must be a number above 0, not ${String(value)}`);
    Object.assign(limits, { [name]: value });
  }
  return limits;
}
