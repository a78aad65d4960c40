// Network interfaces by name: the scope of an IPv6 address is an interface's number.

import { networkInterfaces } from 'node:os';
import { ffi } from './ffi.ts';
import { libc } from './libc.ts';

/** The number of an interface given by name, or as the number itself; undefined where there is none. */
export function interfaceIndex(name: string): number | undefined {
  if (/^\d{1,9}$/.test(name)) return Number(name);
  if (ffi() !== undefined) {
    const index = libc().if_nametoindex(name);
    return index === 0 ? undefined : index;
  }
  for (const address of networkInterfaces()[name] ?? []) {
    if (address.family === 'IPv6' && address.scopeid !== 0) return address.scopeid;
  }
  return undefined;
}
