// Which driver a worker uses: the package better-sqlite3 where the loop's side names its module, else the `node:sqlite` of the
// host (Node, Deno, Bun), if that gives rows as arrays.

import { betterDriver } from './betterDriver.ts';
import type { Driver } from './driver.ts';
import { nodeDriver } from './nodeDriver.ts';

/** @returns a sentence on what to do where there is none */
export function findDriver(module: string | undefined): Driver | string {
  const driver = module === undefined ? nodeDriver() : betterDriver(module);
  return (
    driver ??
    'SQLite needs a runtime that brings it along (Node 22.16 or later, Deno, Bun) or the package better-sqlite3: ' +
      'npm install better-sqlite3'
  );
}
