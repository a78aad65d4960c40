// The test runners, each as a user starts it: its command, its environment, and where it says how it went.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runtimePath } from '../../../scripts/runtime.mjs';
import { peerFolder } from '../../peers.ts';

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly code: number | null;
  readonly text: string;
}

export interface TestRunner {
  readonly name: string;
  /** The packages of peers/ that it is, and the runtime that it needs. */
  readonly peers: readonly string[];
  readonly runtime: string;
  /** How its files are named. */
  readonly ending: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** In what it prints: the numbers of tests that passed and failed. */
  readonly passed: RegExp;
  readonly failed: RegExp;
}

export const runners: readonly TestRunner[] = [
  {
    name: 'node',
    peers: [],
    runtime: 'node26',
    ending: '.test.ts',
    args: ['--test', '--test-reporter=spec'],
    passed: /^ℹ pass (\d+)/m,
    failed: /^ℹ fail (\d+)/m,
  },
  {
    name: 'vitest',
    peers: ['vitest', 'vite'],
    runtime: 'node26',
    ending: '.test.ts',
    args: [join(peerFolder('vitest'), 'vitest.mjs'), 'run'],
    passed: /Tests .*?(\d+) passed/,
    failed: /Tests .*?(\d+) failed/,
  },
  {
    name: 'jest',
    peers: ['jest'],
    runtime: 'node26',
    ending: '.test.js',
    args: [join(peerFolder('jest'), 'bin', 'jest.js')],
    environment: { NODE_OPTIONS: '--experimental-vm-modules' },
    passed: /^Tests: .*?(\d+) passed/m,
    failed: /^Tests: .*?(\d+) failed/m,
  },
  {
    name: 'bun',
    peers: [],
    runtime: 'bun',
    ending: '.test.ts',
    args: ['test'],
    passed: /^ *(\d+) pass$/m,
    failed: /^ *(\d+) fail$/m,
  },
  {
    name: 'deno',
    peers: [],
    runtime: 'deno',
    ending: '.test.ts',
    args: ['test', '--node-modules-dir=manual'],
    passed: /(\d+) passed/,
    failed: /(\d+) failed/,
  },
];

/** Runs one test file, in the folder that it is in. */
export function runTests(runner: TestRunner, folder: string, file: string): Outcome {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1', ...runner.environment };
  const { status, stdout, stderr } = spawnSync(runtimePath(runner.runtime), [...runner.args, `./${file}`], {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const text = stdout + stderr;
  const count = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  return { passed: count(runner.passed), failed: count(runner.failed), code: status, text };
}
