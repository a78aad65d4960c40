// Is this text an address? The host's own parser says.

import process from 'node:process';

// The host's function, fetched when first needed.
let isIP: ((text: string) => number) | undefined;

/** 4 or 6 for a numeric address, with or without a zone (`fe80::1%eth0`); else 0. */
export function ipVersion(text: string): 0 | 4 | 6 {
  isIP ??= process.getBuiltinModule('node:net').isIP;
  return isIP(text) as 0 | 4 | 6;
}
