// What rewriting stands on, which only those install who rewrite: oxc-parser and magic-string.

import { createRequire } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type * as Strings from 'magic-string';
import type * as Parser from 'oxc-parser';

export interface Peers {
  readonly parser: typeof Parser;
  readonly strings: typeof Strings;
}

/** A package is missing. The message says what to install. */
export class MissingPeerError extends Error {
  static {
    this.prototype.name = 'MissingPeerError';
  }
}

/** A package that is an optional peer: from where this library is, or else from where the program was started.
 * @param names it and the others that are needed with it, for the message
 * @throws MissingPeerError */
export function requirePeer(name: string, what: string, names: readonly string[]): unknown {
  for (const from of [import.meta.url, pathToFileURL(`${process.cwd()}/`).href]) {
    const require = createRequire(from);
    let path: string;
    try {
      path = require.resolve(name);
    } catch {
      continue;
    }
    return require(path) as unknown;
  }
  throw new MissingPeerError(
    `${what} needs ${names.join(' and ')}: npm install --save-dev ${names.join(' ')}`,
  );
}

/** @throws MissingPeerError */
export function loadPeers(): Peers {
  const names = ['oxc-parser', 'magic-string'];
  const [parser, strings] = names.map((name) => requirePeer(name, 'asyncio-ts/everywhere', names));
  return { parser, strings } as Peers;
}
