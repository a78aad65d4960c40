// Network interfaces by name: the scope of an IPv6 address is an interface's number.

import { networkInterfaces } from 'node:os';
import process from 'node:process';
import { ffi } from './ffi.ts';
import { libc } from './libc.ts';

/** The number of an interface given by name, or as the number itself; undefined where there is none. */
export function interfaceIndex(name: string): number | undefined {
  if (/^\d{1,9}$/.test(name)) return Number(name);
  if (ffi() === undefined) return fromLinux(name) ?? fromAddresses(name);
  const index = libc().if_nametoindex(name);
  return index === 0 ? undefined : index;
}

/** The name of an interface given by its number; undefined where there is none. */
export function interfaceName(index: number): string | undefined {
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (addresses.some(({ family, scopeid }) => family === 'IPv6' && scopeid === index)) return name;
  }
  return namesOfLinux().find((name) => fromLinux(name) === index);
}

function namesOfLinux(): string[] {
  try {
    return process.getBuiltinModule('node:fs').readdirSync('/sys/class/net');
  } catch {
    return [];
  }
}

function fromLinux(name: string): number | undefined {
  if (!/^[\w.@-]+$/.test(name) || /^\.+$/.test(name)) return undefined;
  try {
    const text = process.getBuiltinModule('node:fs').readFileSync(`/sys/class/net/${name}/ifindex`, 'utf8');
    return Number(text) || undefined;
  } catch {
    return undefined;
  }
}

// The host gives the numbers only with link-local addresses.
function fromAddresses(name: string): number | undefined {
  for (const address of networkInterfaces()[name] ?? []) {
    if (address.family === 'IPv6' && address.scopeid !== 0) return address.scopeid;
  }
  return undefined;
}
