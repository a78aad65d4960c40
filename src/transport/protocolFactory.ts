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

/** The protocol that a factory makes: an object that can be told of a connection.
 * @throws InvalidArgumentError when it makes something else, and whatever the factory throws */
export function makeProtocol<P extends object>(factory: ProtocolFactory<P>): P {
  const made: unknown = factory();
  const { connectionMade, then } = Object(made) as { connectionMade?: unknown; then?: unknown };
  if (typeof made === 'object' && typeof connectionMade === 'function') return made as P;
  if (typeof then !== 'function') {
    throw new InvalidArgumentError(
      'factory',
      `the protocol factory must return a protocol, an object with connectionMade(), not ${nameOf(made)}`,
    );
  }
  // Nobody else will look at it, and an error of its own must not end the process beside this one.
  Promise.resolve(made).catch(() => {});
  throw new InvalidArgumentError(
    'factory',
    'the protocol factory must return the protocol itself, not a promise of it: it can be no async function',
  );
}

/** @throws InvalidArgumentError for what is no object */
export function checkProtocol(protocol: unknown): object {
  if (typeof protocol === 'object' && protocol !== null) return protocol;
  throw new InvalidArgumentError('protocol', `a protocol is an object, not ${nameOf(protocol)}`);
}

function nameOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return 'one without it';
  return typeof value === 'function'
    ? `a ${/^class\b/.test(String(value)) ? 'class' : 'function'}`
    : String(value);
}
