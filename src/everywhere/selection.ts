// Which files are rewritten: the program's own, and those of the packages that were chosen. Never the library's.

import { dirname, join, relative, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** What to rewrite besides the program's own files.
 */
export interface EverywhereOptions {
  /** Packages below `node_modules` whose awaits are rewritten too; none by default. */
  packages?: readonly string[] | undefined;
}

// The same distance from src/everywhere, dist/everywhere and dist/bundle.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SLASH = String.raw`[\\/]`;
const literal = (text: string): string =>
  text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('/', SLASH);

/** Matches the paths of the files that are to be rewritten. */
export function selector({ packages = [] }: EverywhereOptions): RegExp {
  const chosen = packages.filter((name) => name !== 'asyncio-ts').map((name) => literal(name) + SLASH);
  const packaged = `node_modules${SLASH}${chosen.length === 0 ? '' : `(?!(?:${chosen.join('|')}))`}`;
  const own = `${literal(root)}${SLASH}(?:src|dist)${SLASH}`;
  // Bun has no flag that lets a dot stand for everything, and a NUL is a plug-in's own file.
  const path = String.raw`(?!.*${SLASH}${packaged})(?!.*\.d\.[cm]?ts$)[^\0]*\.[cm]?[jt]sx?`;
  return new RegExp(`^(?!${own})${path}$`);
}

/** The path as reports name it: from where the program was started. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return (short.startsWith('..') ? path : short).split(sep).join('/');
}

/** The packages that the environment variable ASYNCIO_EVERYWHERE names, parted by commas. */
export function optionsFromEnvironment(): EverywhereOptions {
  const names = (process.env['ASYNCIO_EVERYWHERE'] ?? '').split(',').map((name) => name.trim());
  return { packages: names.filter((name) => name !== '') };
}
