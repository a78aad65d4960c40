// Names and addresses by the system's resolver, which the host asks in a thread of its own: a look-up that
// was begun can't be taken back, only be ignored.

import process from 'node:process';
import type * as Dns from 'node:dns';
import { fromHostError } from '../libc/errno.ts';
import { AF_INET, AF_INET6, AI_ADDRCONFIG, AI_ALL, AI_V4MAPPED } from '../libc/socketConstants.ts';

// The host's module, opened when first needed.
let dns: typeof Dns | undefined;

function loaded(): typeof Dns {
  return (dns ??= process.getBuiltinModule('node:dns'));
}

/** All addresses of a name as the system orders them. `family` is AF_INET, AF_INET6 or 0, `flags` are AI_…. */
export function lookupName(
  name: string,
  family: number,
  flags: number,
  done: (error: unknown, addresses: readonly { address: string; family: number }[]) => void,
): void {
  const { lookup, ADDRCONFIG, V4MAPPED, ALL } = loaded();
  const hints =
    ((flags & AI_ADDRCONFIG) === 0 ? 0 : ADDRCONFIG) |
    ((flags & AI_V4MAPPED) === 0 ? 0 : V4MAPPED) |
    ((flags & AI_ALL) === 0 ? 0 : ALL);
  const version = family === AF_INET ? 4 : family === AF_INET6 ? 6 : 0;
  lookup(name, { all: true, family: version, hints, order: 'verbatim' }, (error, addresses) => {
    if (error !== null) return done(fromHostError(error), []);
    done(
      undefined,
      addresses.map(({ address, family: version }) => ({
        address,
        family: version === 6 ? AF_INET6 : AF_INET,
      })),
    );
  });
}

/** The name of an address. */
export function lookupAddress(
  address: string,
  port: number,
  done: (error: unknown, host: string) => void,
): void {
  loaded().lookupService(address, port, (error, host) =>
    error === null ? done(undefined, host) : done(fromHostError(error), ''),
  );
}
