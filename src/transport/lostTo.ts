// The error that a connection was lost with, as its protocol is told of it: with the address of the other side, which
// the call that failed does not know. Errors of TLS, of the program, those that have an address and those that say more
// than the system does are left alone.

import { isOSError, osError } from '../base/osError.ts';
import { reasonFor } from '../sys/libc/errno.ts';
import type { BaseTransport } from './transport.ts';

/** What the network does to a connection. */
const OF_THE_NETWORK: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** `error`, or the same with the address of the transport's peer. */
export function lostTo(error: unknown, transport: BaseTransport): unknown {
  if (!isOSError(error) || error.address !== undefined || !OF_THE_NETWORK.has(error.code)) return error;
  const peer = transport.getExtraInfo('peername');
  if (!Array.isArray(peer)) return error;
  const { errno, code, syscall, cause } = error;
  const reason = reasonFor(code);
  if (reason === undefined || !error.message.includes(reason)) return error;
  const [address, port] = peer as readonly [string, number];
  return osError({ errno, code, syscall, cause, reason, address, port });
}
