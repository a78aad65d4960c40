// What the user lets the program do, where the host asks: Deno.

import { osError } from '../../base/osError.ts';
import { EACCES } from '../libc/errno.ts';

interface Permissions {
  requestSync(descriptor: { name: 'net'; host: string }): { state: string };
}

/** Asks for the leave to listen, as the host itself would: Deno does it where nobody can catch the answer, and a
 * server that may not listen would end the program. @throws PermissionError (`EACCES`) */
export function demandListening(host: string, port: number): void {
  const { permissions } = (globalThis as { Deno?: { permissions?: Permissions } }).Deno ?? {};
  if (permissions === undefined) return;
  const plain = host.replace(/%.*/, '');
  const named = plain.includes(':') ? `[${plain}]` : plain;
  const { state } = permissions.requestSync({ name: 'net', host: `${named}:${port}` });
  if (state !== 'granted') throw notAllowed(host, port);
}

function notAllowed(address: string, port: number): Error {
  const reason = 'the program may not listen there: run it with --allow-net';
  return osError({ errno: EACCES, code: 'EACCES', syscall: 'listen', reason, address, port });
}
