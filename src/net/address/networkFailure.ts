// What a failed call of the network says to whoever made it: the host as it was asked for, the address that was tried,
// and what may be the matter. The fields and the class are those of the system's own error.

import { atCallerIfFound } from '../../base/callerIfFound.ts';
import { ExceptionGroup } from '../../base/exceptionGroup.ts';
import { isOSError, osError } from '../../base/osError.ts';
import { reasonFor } from '../../sys/libc/errno.ts';

/** What may be the matter, by the call and the code or by the code alone. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ETIMEDOUT', 'no answer, as from a wrong address or from behind a firewall'],
  ['EHOSTUNREACH', 'there is no way to it from here'],
  ['ENETUNREACH', 'there is no way to it from here'],
  ['connect ENOENT', 'no server has made a socket there'],
  ['ENOTFOUND', 'check how the name is spelled'],
  ['EAI_AGAIN', 'the name server did not answer'],
  ['EADDRINUSE', 'another program listens there, or this one already'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['bind EACCES', 'ports below 1024 need privileges'],
  ['listen EACCES', 'ports below 1024 need privileges'],
]);

/** A failure of the system's, with the name that its address was looked up for and with a hint. Anything else is
 * returned as it is. */
export function explained<E>(error: E, hostname?: string): E {
  if (!isOSError(error)) return error;
  const { code, syscall, errno, address, port, cause } = error;
  const hint = HINTS.get(`${syscall} ${code}`) ?? HINTS.get(code);
  // What it says by itself is more then.
  if (hint === undefined && hostname === undefined) return error;
  const reason = code === 'ENOTFOUND' ? 'unknown host' : (reasonFor(code) ?? 'failed');
  const told = {
    reason: hint === undefined ? reason : `${reason}, ${hint}`,
    hostname: syscall === 'getaddrinfo' ? address : hostname === address ? undefined : hostname,
  };
  return osError({ errno, code, syscall, address, port, cause, ...told }) as E;
}

/** What `below`, an async function that waited, throws to its caller: an error of the network then has the caller's
 * stack, and not that of the event far below in which it was found out. */
export function thrownTo<E>(error: E, below: (...args: never[]) => unknown): E {
  return isOSError(error) || error instanceof ExceptionGroup ? atCallerIfFound(error, below) : error;
}
