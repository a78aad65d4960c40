// The parts of the build that is measured (`$BENCH_SUBJECT` is its entry file), and the packages it is measured beside.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../subject.ts';
import type * as Asyncio from '../../src/asyncio.ts';

const entry = process.env['BENCH_SUBJECT'] ?? '';

/** `asyncio-ts` itself. */
export const subject = (await import(pathToFileURL(entry).href)) as typeof Asyncio;

/** A wing of it: 'files' is `asyncio-ts/files`. The caller gives its type. */
export async function wing<Wing>(name: string): Promise<Wing> {
  const built = join(dirname(entry), `${name}.js`);
  const file = existsSync(built) ? built : join(dirname(entry), name, `${name}.ts`);
  return (await import(pathToFileURL(file).href)) as Wing;
}

/** A package of `peers/`, or of the root. */
export async function peerPackage<Package>(name: string): Promise<Package> {
  const folder = existsSync(join(projectRoot, 'peers', 'node_modules', packageOf(name))) ? 'peers' : '.';
  const file = createRequire(join(projectRoot, folder, 'package.json')).resolve(name);
  return (await import(pathToFileURL(file).href)) as Package;
}

/** `csv-parse/sync` is of `csv-parse`. */
function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}
