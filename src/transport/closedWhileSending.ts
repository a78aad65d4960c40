// What is thrown at whoever waited until a connection had sent everything, and the connection was closed.

import { osError } from '../base/osError.ts';

/** A ConnectionAbortedError. */
export function closedWhileSending(): Error {
  const reason = 'the connection was closed before everything was sent';
  return osError({ errno: 0, code: 'ECONNABORTED', syscall: 'send', reason });
}
