// What the tests of ProcessPoolExecutor run in children.

import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { checkCancelled, currentWork } from '../../../src/worker.ts';

/** @param {number} a @param {number} b */
export const add = (a, b) => a + b;
export const pid = () => process.pid;

/** @param {string} log */
export function spin(log) {
  appendFileSync(log, 'begun\n');
  for (;;) checkCancelled();
}

/** Never looks whether it was cancelled. @param {string} log */
export function deaf(log) {
  appendFileSync(log, 'begun\n');
  for (;;);
}

/** Starts a child of its own, which ignores SIGTERM, and never ends. @param {string} log */
export function withChild(log) {
  const child = spawn('sh', ['-c', 'trap "" TERM; while :; do sleep 0.1; done'], { stdio: 'ignore' });
  appendFileSync(log, `begun ${child.pid}\n`);
  for (;;);
}

/** @param {string} log */
export async function wait(log) {
  // Before anybody knows that it can be cancelled: a signal that is aborted already tells no listener.
  const signal = /** @type {AbortSignal} */ (currentWork()?.signal);
  appendFileSync(log, 'begun\n');
  await new Promise((_, reject) => {
    setInterval(() => {}, 1000).unref();
    const timer = setTimeout(() => {}, 60_000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      appendFileSync(log, 'aborted\n');
      reject(signal.reason);
    });
  });
}

/** @param {number} code */
export const exit = (code) => process.exit(code);
/** @param {string} signal */
export function die(signal) {
  process.kill(process.pid, signal);
  return new Promise(() => {});
}
export function crash() {
  setTimeout(() => {
    throw new RangeError('nobody catches this');
  });
  return new Promise((resolve) => setTimeout(resolve, 60_000));
}
export function hog() {
  const all = [];
  for (;;) all.push(Array.from({ length: 100_000 }, (_, i) => `${i}`));
}

export function fail() {
  const error = new Error('mine', { cause: new TypeError('below') });
  throw Object.assign(error, { name: 'OwnError', code: 'E_OWN' });
}

/** @param {number} to */
export function* count(to) {
  for (let n = 0; n < to; n += 1) yield n;
}

let initialized = '';
/** @param {string} text */
export function initialize(text) {
  initialized = text;
}
export const wasInitialized = () => initialized;
export function cannotInitialize() {
  throw new Error('no licence');
}

/** @param {string} name */
export const environment = (name) => [process.env[name], process.cwd(), process.execArgv.length];

/** Whether a loop runs here, and in a `run` of its own. */
export async function loops() {
  const { getRunningLoop, run } = await import('../../../src/asyncio.ts');
  const { peekRunningLoop } = await import('../../../src/lowlevel.ts');
  return [peekRunningLoop() !== undefined, await run(async () => getRunningLoop().isRunning())];
}
