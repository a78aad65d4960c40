// Installs what is missing or not what the lock file says, so that `npm start` and `npm test` work on a fresh
// clone: for `npm start` one Node and the few packages of the tour, for everything else all that tests,
// benchmarks and checks need, and for some tests the folder peers/ too. It says so, with the size, before it begins.
//
// Plain JavaScript for Node 18 and later.

import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { homeOf, packagesOf, readPackages, whyInstall } from './locked-packages.mjs';
import { installing, npmCi } from './npm-ci.mjs';
import { root } from './runtime.mjs';

/** What comes over the network and what it takes on the disk, with the packaged runtimes and without. */
const sizes = {
  start: { withRuntimes: '60 MB to fetch, 160 MB on disk', without: '3 MB on disk' },
  all: { withRuntimes: '370 MB to fetch, 1.1 GB on disk', without: '270 MB on disk' },
  peers: { withRuntimes: '270 MB to fetch, 890 MB on disk', without: '530 MB on disk' },
};

/**
 * Runs `npm ci` if `node_modules` lacks something of the scope.
 * @param {import('./locked-packages.mjs').Scope} scope `start`: what the tour and the examples need; `all`: the
 *   other runtimes, peers of benchmarks and tools too; `peers`: the frameworks, bundlers and test runners of
 *   peers/, without which tests are skipped, so that a failure ends nothing
 */
export async function ensureInstalled(scope) {
  await otherInstallation();
  const reason = whyInstall(scope);
  if (reason === undefined) return;
  process.stderr.write(`asyncio-ts: ${announcement(scope, reason)}\n`);
  const stopClock = clock();
  const { code, output, stopped } = await npmCi(scope);
  const seconds = stopClock();
  if (stopped !== undefined) {
    process.stderr.write('asyncio-ts: the installation was stopped; the next start does it anew\n');
    process.exit(128 + constants.signals[stopped]);
  }
  if (code !== 0) {
    process.stderr.write(
      `${output}\nasyncio-ts: npm ci failed (exit code ${code}); the next start tries it anew\n`,
    );
    if (scope === 'peers') return;
    process.exit(1);
  }
  // The headers of Node's C interface are a third of its package, and nobody compiles against them here.
  if (scope === 'start')
    rmSync(join(root, 'node_modules/node26/include'), { recursive: true, force: true });
  process.stderr.write(`asyncio-ts: installed in ${seconds} s\n`);
}

/**
 * @param {import('./locked-packages.mjs').Scope} scope
 * @param {string} reason
 */
function announcement(scope, reason) {
  const packages = packagesOf(scope, readPackages(join(homeOf(scope), 'package-lock.json')) ?? {});
  const node = packages.has('node_modules/node26') || packages.has('node_modules/node-18');
  const size = sizes[scope][node ? 'withRuntimes' : 'without'];
  const what = {
    start: `${node ? 'one Node, ' : ''}${packages.size - (node ? 1 : 0)} packages`,
    all: 'what the tests need',
    peers: 'programs to try the library with',
  }[scope];
  // One line of a terminal, where it is the first of a clone.
  return `installs ${what} (${size})${reason === 'first run' ? '' : `: ${reason}`}`;
}

/** Waits for an installation that somebody else began. */
async function otherInstallation() {
  let told = false;
  for (let pid = installing(); pid !== undefined; pid = installing()) {
    if (!told) process.stderr.write(`asyncio-ts: waiting for an installation at work (process ${pid})\n`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Shows the seconds on a terminal; the function that it returns ends that, and says how many it were. */
function clock() {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const live = process.stderr.isTTY && process.env['TERM'] !== 'dumb';
  const ticker = setInterval(() => {
    if (live) process.stderr.write(`\r${seconds()} s `);
  }, 1000);
  return () => {
    clearInterval(ticker);
    if (live) process.stderr.write('\r\x1b[K');
    return seconds();
  };
}
