// Much data through the library, each row on each backend in a process of its own:
//
//   node scripts/start.mjs --main=tests/large/main.ts [mebibytes]
//
// A gibibyte by default. Says how much memory that took and how late a 10 ms ticker was; exit code 1 above 200 MB, or
// above 50 ms. It needs room for two such files in the folder for temporary files.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/runtime.mjs';
import { measure, rows } from './large.ts';
import type { Library } from './large.ts';

const [size = '1024', name, backend] = process.argv.slice(2);

// The build, as users have it, where there is one: what strips the types of the sources takes 70 MB of its own.
const bundle = join(root, 'dist', 'bundle');
const built = existsSync(join(bundle, 'files.js'));

async function load(): Promise<Library> {
  return {
    asyncio: await import(built ? join(bundle, 'asyncio.js') : '../../src/asyncio.ts'),
    files: await import(built ? join(bundle, 'files.js') : '../../src/files/files.ts'),
  };
}

if (name === undefined) {
  console.log(`${size} MiB through the ${built ? 'build' : 'sources'}:`);
  for (const row of Object.keys(rows)) {
    for (const on of row.includes('pipe') ? ['selector', 'host'] : ['selector']) {
      const args = [...process.execArgv, fileURLToPath(import.meta.url), size, row, on];
      const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
      if (status !== 0) process.exitCode = 1;
    }
  }
} else {
  const library = await load();
  const before = process.memoryUsage.rss();
  const began = performance.now();
  const { memory, late } = await library.asyncio.run(() => measure(library, name, Number(size)), {
    backend: backend as 'selector' | 'host',
  });
  const good = memory < 200e6 && late < 50;
  console.log(
    `${good ? '✔' : '✖'} ${name}${name.includes('pipe') ? ` (${backend})` : ''}: ${(memory / 1e6).toFixed(0)} MB at most, ` +
      `${(before / 1e6).toFixed(0)} at first; the ticker ${late.toFixed(1)} ms late at most; ` +
      `${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
  process.exitCode = good ? 0 : 1;
}
