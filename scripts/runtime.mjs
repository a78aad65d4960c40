// Finds the JavaScript runtimes the project runs on.
//
// They are npm packages of the private workspace `runtimes/`, which only install on Linux x64 with
// glibc. Elsewhere the programs of the machine serve: the Node that runs this file, when it is new
// enough to run TypeScript by itself, and `bun` or `deno` from the PATH.
//
// Plain JavaScript for Node 18 and later: it runs before anything is known about the machine.
//
//   node scripts/runtime.mjs node26      prints the path of that program

import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The export condition under which `asyncio-ts` resolves to its TypeScript sources. */
export const sourceCondition = '--conditions=asyncio-ts-source';

/** @type {Record<string, string>} program of each runtime, inside `node_modules` */
const packaged = {
  node22: 'node22/bin/node',
  node24: 'node24/bin/node',
  node26: 'node26/bin/node',
  bun: '@oven/bun-linux-x64/bin/bun',
  deno: '@deno/linux-x64-glibc/deno',
};

/** The runtimes' packages, and the program inside of each. */
export const runtimePrograms = Object.values(packaged).map((path) => {
  const [, name = '', file = ''] = /^((?:@[^/]+\/)?[^/]+)\/(.*)$/.exec(path) ?? [];
  return { package: name, file };
});

/** The names `findRuntime` knows. */
export const runtimeNames = Object.keys(packaged);

/** The runtime that `npm start`, `npm test` and the benchmarks use. */
export const defaultRuntime = 'node26';

/**
 * The path of a runtime's program, or undefined when this machine has none.
 * @param {string} name one of `runtimeNames`
 * @returns {string | undefined}
 */
export function findRuntime(name) {
  const program = packaged[name];
  if (program === undefined)
    throw new Error(`unknown runtime '${name}': one of ${runtimeNames.join(', ')}`);
  for (const folder of ['node_modules', 'runtimes/node_modules']) {
    const path = join(root, folder, program);
    if (existsSync(path)) return path;
  }
  if (!name.startsWith('node')) return findOnPath(name);
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const runsTypeScript = major > 22 || (major === 22 && minor >= 18);
  const wanted = name === defaultRuntime || name === `node${major}`;
  return runsTypeScript && wanted ? process.execPath : undefined;
}

/**
 * The path of a runtime's program; an error that says what to do when there is none.
 * @param {string} name one of `runtimeNames`
 * @returns {string}
 */
export function runtimePath(name) {
  const path = findRuntime(name);
  if (path !== undefined) return path;
  throw new Error(
    `no ${name} here: its npm package installs on Linux x64 (glibc) only; elsewhere ` +
      (name === defaultRuntime
        ? 'run this with Node 22.18 or later'
        : `install ${name} and put it on the PATH`),
  );
}

/** @param {string} program */
function findOnPath(program) {
  const names = process.platform === 'win32' ? [`${program}.exe`, `${program}.cmd`] : [program];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) {
      if (folder !== '' && existsSync(join(folder, name))) return join(folder, name);
    }
  }
  return undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(runtimePath(process.argv[2] ?? defaultRuntime));
  } catch (error) {
    console.error(`asyncio-ts: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
