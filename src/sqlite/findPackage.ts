// Where a package is that the program has installed, for a worker, which loads it from there.

import { createRequire } from 'node:module';
import { join } from 'node:path';

/** @returns the path of its main module; undefined where it is not installed */
export function findPackage(name: string): string | undefined {
  const places = [process.argv[1], join(process.cwd(), 'program.js')];
  for (const place of places) {
    if (place === undefined) continue;
    try {
      return createRequire(place).resolve(name);
    } catch {
      // Not from there.
    }
  }
  return undefined;
}
