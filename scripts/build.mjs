// npm run build: compiles src/ to dist/. The new dist/ takes the place of the old one only when it is complete.
// Also runs before every `npm pack` and `npm publish`.
//
//   npm run build -- --to=FOLDER    leaves dist/ alone and writes to that folder
//
// - dist/: a file for each module, with declarations and source maps. Bundlers take these (the condition
//   `module`), because what a program does not use can be left out by the file.
// - dist/bundle/: the same in few files, which runtimes load: reading three hundred small files takes
//   several times as long as the rest of a start.

import { chmodSync, cpSync, renameSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './runtime.mjs';

/** What programs import or run, by its name in dist/bundle/. */
const entries = {
  asyncio: 'asyncio.ts',
  lowlevel: 'lowlevel.ts',
  selectors: 'selectors/selectors.ts',
  socket: 'socket.ts',
  testing: 'testing/testing.ts',
  main: 'cli/main.ts',
};

// At the same depth as dist/, for the relative paths in the source maps.
const fresh = join(root, `.dist-${process.pid}`);
const dist = join(root, 'dist');
const to = process.argv.find((arg) => arg.startsWith('--to='))?.slice('--to='.length);
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

try {
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  await bundle();
  if (to !== undefined) cpSync(fresh, to, { recursive: true });
  else {
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

async function bundle() {
  const outdir = join(fresh, 'bundle');
  await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, file]) => ({ in: join(root, 'src', file), out })),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: ['koffi'],
    sourcemap: true,
    sourcesContent: false,
    define: { asyncioBundle: 'true' },
    logLevel: 'warning',
  });
  chmodSync(join(outdir, 'main.js'), 0o755);
}
