// Installs the development dependencies when they are missing or not those of the lock file, so that
// `npm start` and `npm test` work on a fresh clone. Plain JavaScript for Node 18 and later.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './runtime.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[], dependencies?: Record<string, string>,
 *   optionalDependencies?: Record<string, string> }} LockedPackage
 */

/** Runs `npm ci` if `node_modules` is not what `package-lock.json` says. */
export async function ensureInstalled() {
  const reason = whyInstall();
  if (reason === undefined) return;
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const title = `asyncio-ts: installing development dependencies with npm ci (${reason})`;
  const live = process.stderr.isTTY;
  process.stderr.write(live ? title : `${title} ...\n`);
  const ticker = setInterval(() => {
    if (live) process.stderr.write(`\r${title} ... ${seconds()} s`);
  }, 1000);
  const { code, output } = await npmCi();
  clearInterval(ticker);
  if (code !== 0) {
    process.stderr.write(`${live ? '\n' : ''}${output}\nasyncio-ts: npm ci failed (exit code ${code})\n`);
    process.exit(1);
  }
  process.stderr.write(
    live ? `\r${title}: done in ${seconds()} s\n` : `asyncio-ts: installed in ${seconds()} s\n`,
  );
}

/**
 * Why an install is needed, or undefined when `node_modules` matches the lock file.
 * @returns {string | undefined}
 */
export function whyInstall() {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'first run';
  const locked = readPackages(join(root, 'package-lock.json'));
  if (locked === undefined) return 'no lock file';
  for (const [path, wanted] of Object.entries(locked)) {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) continue;
    const found = installed[path];
    if (found === undefined) {
      if (wanted.optional && !(suitsThisMachine(wanted) && isAskedFor(path, installed))) continue;
      return `${path} is missing`;
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity)
      return `${path} has changed`;
    if (!existsSync(join(root, path))) return `${path} is missing`;
  }
  return undefined;
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether some package that is there, or the project, depends on it: what an optional package for another machine
 * needs is not installed either.
 * @param {string} path @param {Record<string, LockedPackage>} installed
 */
function isAskedFor(path, installed) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return [...Object.values(installed), readProject()].some(
    ({ dependencies, optionalDependencies }) =>
      dependencies?.[name] !== undefined || optionalDependencies?.[name] !== undefined,
  );
}

/** @returns {LockedPackage} */
const readProject = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** @param {LockedPackage} wanted */
function suitsThisMachine(wanted) {
  /** @param {string[] | undefined} list @param {string} value */
  const allows = (list, value) =>
    list === undefined ||
    list.length === 0 ||
    list.includes(value) ||
    (list.every((item) => item.startsWith('!')) && !list.includes(`!${value}`));
  return (
    allows(wanted.os, process.platform) && allows(wanted.cpu, process.arch) && allows(wanted.libc, libc())
  );
}

function libc() {
  /** @type {any} */
  const report = process.report?.getReport();
  return report?.header?.glibcVersionRuntime ? 'glibc' : 'musl';
}

/** @returns {Promise<{ code: number, output: string }>} */
function npmCi() {
  // `node` may at this moment be a program inside the `node_modules` that npm is about to remove: npm
  // runs with the Node that it was itself started with.
  const npm = process.env['npm_execpath'];
  const node = process.env['npm_node_execpath'];
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const [program, programArgs] =
    npm?.endsWith('.js') && node
      ? [node, [npm, ...args]]
      : [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
  return new Promise((resolve) => {
    const child = spawn(program, programArgs, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && program === 'npm.cmd',
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
