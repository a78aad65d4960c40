// Finds a Python to compare with, and talks to a script that it runs: a line for a line.
//
// ASYNCIO_PYTHON names the program; else the newest of python3.15 … python3 that works is taken. Names on the
// PATH may be shims that refuse, so each is tried by running it. A shim takes several times as long as the Python behind
// it, and a refusal as long as an answer: what was found is kept under .scratch/ for an hour, by its own path.

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../scripts/runtime.mjs';

export interface Python {
  readonly command: string;
  readonly args: readonly string[];
  /** `3.13.0` */
  readonly version: string;
  /** 13 for 3.13. */
  readonly minor: number;
}

const NAMES = ['python3.15', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3'];
const OLDEST = 11;

const HOUR = 3_600_000;

/** The Python to compare with, or undefined when none is there that is new enough. */
export function findPython(): Python | undefined {
  const named = process.env['ASYNCIO_PYTHON'];
  if (named !== undefined) return tryPython(named.split(' '));
  const path = createHash('sha1').update(process.env['PATH'] ?? '');
  const place = join(root, '.scratch', `python-${path.digest('hex')}.json`);
  const known = readKept(place);
  if (known !== undefined) return known;
  for (const name of NAMES) {
    const found = tryPython([name]);
    if (found === undefined) continue;
    mkdirSync(join(root, '.scratch'), { recursive: true });
    // Renamed: processes side by side read the same file.
    writeFileSync(`${place}.${process.pid}`, JSON.stringify(found));
    renameSync(`${place}.${process.pid}`, place);
    return found;
  }
  return undefined;
}

function readKept(place: string): Python | undefined {
  try {
    if (Date.now() - statSync(place).mtimeMs > HOUR) return undefined;
    const known = JSON.parse(readFileSync(place, 'utf8')) as Python;
    return existsSync(known.command) ? known : undefined;
  } catch {
    return undefined;
  }
}

function tryPython(words: string[]): Python | undefined {
  const [command = '', ...args] = words;
  const script = 'import sys, asyncio; print(*sys.version_info[:3], sep="."); print(sys.executable)';
  const { status, stdout } = spawnSync(command, [...args, '-c', script], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const [version = '', executable = ''] = (stdout ?? '').trim().split('\n');
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(version) ?? [];
  if (status !== 0 || major !== '3' || Number(minor) < OLDEST) return undefined;
  const isOne = args.length === 0 && existsSync(executable);
  return { command: isOne ? executable : command, args, version, minor: Number(minor) };
}

/** A script under Python that answers each line of JSON with one. */
export class Oracle {
  readonly #child: ChildProcess;
  readonly #waiting: { resolve: (answer: never) => void; reject: (error: Error) => void }[] = [];
  readonly #ended: Promise<void>;
  #complaint: string = '';

  constructor(python: Python, script: string) {
    const child = spawn(python.command, [...python.args, script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' },
    });
    this.#child = child;
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-4000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#waiting.shift()?.resolve(JSON.parse(line) as never);
    });
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => (this.#complaint += String(error)));
      child.on('close', () => {
        const error = new Error(`the oracle ended before it answered: ${this.#complaint}`);
        for (const { reject } of this.#waiting.splice(0)) reject(error);
        resolve();
      });
    });
  }

  /** Many may be asked before the first is answered. */
  ask<T>(question: unknown): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ resolve, reject });
    this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    return promise;
  }

  /** Lets it end, and waits for that. */
  async close(): Promise<void> {
    this.#child.stdin!.end();
    await this.#ended;
  }
}

/** Calls `body` with an oracle that is closed in the end. (Not every runtime has `await using`.) */
export async function withOracle<T>(
  python: Python,
  script: string,
  body: (oracle: Oracle) => Promise<T>,
): Promise<T> {
  const oracle = new Oracle(python, script);
  try {
    return await body(oracle);
  } finally {
    await oracle.close();
  }
}
