// What users have beside the library: the packages of peers/, a folder with a lock file of its own. `npm test` installs
// it when a test file that is to run imports this one. A test that needs a package that is not there is skipped, and
// says which.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../scripts/runtime.mjs';

const home = join(root, 'peers');
const requirePeer = createRequire(join(home, 'package.json'));

/** Why a test that needs these packages is skipped; false when all are there. */
export function missingPeers(...names: readonly string[]): string | false {
  const missing = names.filter((name) => !existsSync(peerFolder(name)));
  return missing.length === 0 ? false : `${missing.join(', ')} not in peers/node_modules`;
}

export function peerFolder(name: string): string {
  return join(home, 'node_modules', name);
}

/** Imports a package of peers/; the caller says what of it is used. */
export async function importPeer<T>(name: string): Promise<T> {
  return (await import(pathToFileURL(requirePeer.resolve(name)).href)) as T;
}
