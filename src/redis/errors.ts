// The errors of Redis: what the server refuses, what becomes of connections, what becomes of leases.

import { AsyncioError, isCancelled } from '../asyncio.ts';
import { defineError, fromHostError } from '../lowlevel.ts';

/** Something about Redis that is no reply of the server: no connection, or the connection was lost while a reply was
 * awaited, so that nobody knows whether the command was carried out.
 * @example
 * ```ts
 * import { RedisError } from 'asyncio-ts/redis';
 * console.log(new RedisError('the connection was lost').code); // -> ERR_ASYNCIO_REDIS
 * ```
 */
export class RedisError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_REDIS', message, options);
  }
}

/** The server refused a command.
 * @example
 * ```ts
 * import { RedisReplyError } from 'asyncio-ts/redis';
 * const error = new RedisReplyError('WRONGTYPE Operation against a key holding the wrong kind of value');
 * console.log(error.kind, error.code); // -> WRONGTYPE ERR_ASYNCIO_REDIS_REPLY
 * ```
 */
export class RedisReplyError extends AsyncioError {
  /** The first word of the reply, by which programs tell them apart: `ERR`, `WRONGTYPE`, `NOAUTH`, `OOM`, … */
  readonly kind: string;
  /** The name of the command, where it is known. */
  readonly command: string | undefined;

  constructor(reply: string, options?: ErrorOptions & { command?: string | undefined }) {
    super('ERR_ASYNCIO_REDIS_REPLY', reply, options);
    this.kind = /^[A-Z]+/.exec(reply)?.[0] ?? 'ERR';
    this.command = options?.command;
  }
}

/** A lock or a place of a semaphore was lost while its holder worked: it could not be renewed in time, or somebody took
 * it away. The holder was cancelled; what it did since may have crossed another holder's work, which is what the fencing
 * number is for.
 * @example
 * ```ts
 * import { LeaseLostError } from 'asyncio-ts/redis';
 * console.log(new LeaseLostError('the lock "jobs" was lost').code); // -> ERR_ASYNCIO_REDIS_LEASE_LOST
 * ```
 */
export class LeaseLostError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_REDIS_LEASE_LOST', message, options);
  }
}

/** The error to throw for what the driver failed with. */
export function toError(failure: unknown, isReply: (error: unknown) => boolean, command?: string): unknown {
  if (!(failure instanceof Error) || failure instanceof AsyncioError || isCancelled(failure))
    return failure;
  // What the driver makes of a strategy that gives up.
  if ('originalError' in failure) return toError(failure.originalError, isReply, command);
  if (isReply(failure)) return new RedisReplyError(failure.message, { cause: failure, command });
  const known = fromHostError(failure);
  if (known !== failure) return known;
  const what = command === undefined ? 'Redis' : command;
  return new RedisError(`${what}: ${failure.message || failure.constructor.name}`, { cause: failure });
}

defineError(RedisError, 'RedisError');
defineError(RedisReplyError, 'RedisReplyError');
defineError(LeaseLostError, 'LeaseLostError');
