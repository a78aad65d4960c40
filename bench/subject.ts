// Which build of asyncio-ts is measured: the compiled `dist` when it is as new as the sources, else the
// sources, whose types Node strips when it loads them (at run time both are the same code).

import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The project's root folder. */
export const projectRoot: string = root;

/** The entry file of the build to measure, or undefined when there is none yet. */
export function subjectFile(): string | undefined {
  const built = join(root, 'dist', 'asyncio.js');
  const source = join(root, 'src', 'asyncio.ts');
  if (!existsSync(source)) return existsSync(built) ? built : undefined;
  if (!existsSync(built)) return source;
  return statSync(built).mtimeMs >= newest(join(root, 'src')) ? built : source;
}

function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return latest;
}
