// Protocol factories, as connections and servers take them.

import { InvalidArgumentError } from '../base/errors.ts';

/** Makes the protocol of a connection; called once for each.
 * @example
 * ```ts
 * import { Protocol, type ProtocolFactory } from 'asyncio-ts';
 * const factory: ProtocolFactory<Protocol> = () => new Protocol();
 * console.log(factory() instanceof Protocol); // -> true
 * ```
 */
export type ProtocolFactory<P extends object> = () => P;

/** @throws InvalidArgumentError unless it is a function */
export function checkFactory(factory: unknown): void {
  if (typeof factory === 'function') return;
  throw new InvalidArgumentError(
    'factory',
    `the protocol factory must be a function that makes a protocol, not ${typeof factory}`,
  );
}
