// Names that nobody has, in the folder for temporary files.

import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a temporary file or folder is made, and what it is called.
 * @example
 * ```ts
 * import type { TemporaryOptions } from 'asyncio-ts/files';
 * const options: TemporaryOptions = { suffix: '.png' };
 * console.log(options.suffix); // -> .png
 * ```
 */
export interface TemporaryOptions {
  /** What its name ends in. */
  suffix?: string;
  /** What its name begins with: `tmp` by default. */
  prefix?: string;
  /** The folder that it is made in; that of the system by default. */
  dir?: string | URL;
}

const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789_';
/** As often as Python. */
const TRIES = 10_000;

/** Has `make` make something by names that nobody has, until one works. */
export async function withNewName<T>(
  { suffix = '', prefix = 'tmp', dir = tmpdir() }: TemporaryOptions,
  make: (path: string) => Promise<T>,
): Promise<T> {
  const folder = dir instanceof URL ? fileURLToPath(dir) : dir;
  for (let tries = 1; ; tries++) {
    const middle = Array.from({ length: 8 }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('');
    try {
      return await make(resolve(folder, `${prefix}${middle}${suffix}`));
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST' || tries === TRIES) throw error;
    }
  }
}
