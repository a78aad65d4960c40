// Runs `npm ci` for one scope, so that whatever ends it leaves a state from which the next run works.
//
// 1. npm's note of what it installed is removed first, and npm writes it last: an installation that did not come
//    to its end is found out, and done anew.
// 2. npm gets a process group of its own, out of the terminal's reach. A signal to this process ends the whole
//    group, and this process ends after it: nothing installs on behind the person's back.
// 3. Two installations never run at once: the second one waits for the first, also for one whose starter was
//    killed.
//
// Plain JavaScript for Node 18 and later.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeOf, noteOfNpm } from './locked-packages.mjs';
import { root } from './runtime.mjs';

/** Holds the process id of the npm that is at work. */
const claim = join(root, '.scratch', 'installing.pid');

/** How long npm may take to end after SIGTERM (milliseconds). */
const endsWithin = 3000;

/**
 * Installs; resolves with npm's exit code and what it said, and with the signal that stopped it, if one did.
 * @param {import('./locked-packages.mjs').Scope} scope
 * @returns {Promise<{ code: number, output: string, stopped?: NodeJS.Signals }>}
 */
export function npmCi(scope) {
  const home = homeOf(scope);
  rmSync(join(home, noteOfNpm), { force: true });
  const [program, args] = npmCommand();
  const only = scope === 'start' ? ['--workspace=tour'] : [];
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  return new Promise((resolve) => {
    const child = spawn(program, [...args, 'ci', ...only, ...flags], {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      shell: process.platform === 'win32' && program === 'npm.cmd',
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    if (child.pid !== undefined) writeClaim(child.pid);
    const signals = endOnSignal(child);
    /** @param {number} code */
    const end = (code) => {
      const stopped = signals.forget();
      rmSync(claim, { force: true });
      resolve({ code, output: output.trimEnd(), ...(stopped && { stopped }) });
    };
    child.on('error', (error) => {
      output += error.message;
      end(1);
    });
    child.on('close', (code) => end(code ?? 1));
  });
}

/**
 * The process id of an installation that another process has begun and that still runs.
 * @returns {number | undefined}
 */
export function installing() {
  try {
    const pid = Number(readFileSync(claim, 'utf8'));
    process.kill(pid, 0);
    // The system may have given the number to somebody else; where it cannot be asked, it is believed.
    return /npm/.test(commandOf(pid) ?? 'npm') ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function writeClaim(pid) {
  mkdirSync(join(root, '.scratch'), { recursive: true });
  writeFileSync(claim, String(pid));
}

/** @param {number} pid */
function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function endOnSignal(child) {
  /** @type {NodeJS.Signals | undefined} */
  let stopped;
  /** @type {NodeJS.Timeout | undefined} */
  let force;
  /** @param {NodeJS.Signals} signal */
  const kill = (signal) => {
    try {
      if (process.platform === 'win32') child.kill(signal);
      else if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended in the meantime.
    }
  };
  /** @param {NodeJS.Signals} signal */
  const handler = (signal) => {
    if (stopped === undefined) force = setTimeout(() => kill('SIGKILL'), endsWithin);
    stopped ??= signal;
    kill('SIGTERM');
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, handler);
  return {
    forget: () => {
      for (const signal of signals) process.off(signal, handler);
      clearTimeout(force);
      return stopped;
    },
  };
}

/** @returns {[string, string[]]} */
function npmCommand() {
  // `node` may at this moment be a program inside the `node_modules` that npm is about to remove: npm
  // runs with the Node that it was itself started with.
  const npm = process.env['npm_execpath'];
  const node = process.env['npm_node_execpath'];
  if (npm?.endsWith('.js') && node) return [node, [npm]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
}
