// npm start [-- args]: runs tour/main.ts, straight from the TypeScript sources, on the project's own
// Node, after installing what is missing. `--main=<file>` runs another program of the project instead.
//
// package.json starts this with `exec`, so that no shell stands between npm and this process and swallows
// npm's signals. Windows has no `exec`: there, run `node scripts/start.mjs` (and `node scripts/test.mjs`).
//
// Plain JavaScript for Node 18 and later.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { exitLike, runChild } from './run-child.mjs';
import { defaultRuntime, root, runtimePath, sourceCondition } from './runtime.mjs';

const args = process.argv.slice(2);
const tour = 'tour/main.ts';
const main = args[0]?.startsWith('--main=') ? (args.shift()?.slice('--main='.length) ?? '') : tour;

try {
  await ensureInstalled(main === tour ? 'start' : 'all');
  const file = join(root, main);
  if (!existsSync(file)) throw new Error(`there is no ${main}`);
  exitLike(await runChild(runtimePath(defaultRuntime), [sourceCondition, '--expose-gc', file, ...args]));
} catch (error) {
  console.error(`asyncio-ts: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
