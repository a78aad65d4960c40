// Which build of asyncio-ts is measured: the one that its users load, in dist/bundle, when it is as new as the
// sources, else the sources, whose types Node strips when it loads them. That leaves its traces: the stripping
// takes some megabytes of heap, which every full collection goes through. So a real run builds first.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The project's root folder. */
export const projectRoot: string = root;

/** The entry file of the build to measure, or undefined when there is none yet. */
export function subjectFile(): string | undefined {
  const built = join(root, 'dist', 'bundle', 'asyncio.js');
  const source = join(root, 'src', 'asyncio.ts');
  if (!existsSync(source)) return existsSync(built) ? built : undefined;
  if (!existsSync(built)) return source;
  return statSync(built).mtimeMs >= newest(join(root, 'src')) ? built : source;
}

/** Builds, unless the build is as new as the sources. @returns the entry file to measure */
export function buildSubject(): string | undefined {
  const file = subjectFile();
  if (file === undefined || !file.endsWith('.ts')) return file;
  spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root, stdio: 'inherit' });
  return subjectFile();
}

/** The same build as modules, which a bundler takes. */
export function moduleOf(subject: string): string {
  return subject.replace(/([\\/])bundle[\\/]asyncio\.js$/, '$1asyncio.js');
}

function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return latest;
}
