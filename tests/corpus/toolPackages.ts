// The packages whose shape asyncio-ts/tools has, with what of ours takes the place of their entry.

import { packages } from './packages.ts';
import type { Package } from './packages.ts';

export interface ToolPackage extends Package {
  /** A file of the package, and the module of `adapters` that stands there instead. */
  readonly entries: Readonly<Record<string, string>>;
  /** Text in a file that is changed: from, to. */
  readonly edits?: readonly [file: string, from: string, to: string][];
}

type Ours = Pick<ToolPackage, 'entries'>;

function known(name: string, ours: Ours): ToolPackage {
  const one = packages.find((each) => each.name === name) as Package;
  return { ...one, test: one.test[0] === ava[0] ? [...ava, 'test.js'] : one.test, ...ours };
}

// One after the other: some replace the host's timers, or measure.
const ava = ['node_modules/ava/entrypoints/cli.mjs', '--tap', '--serial', '--timeout=5m'];

export const toolPackages: readonly ToolPackage[] = [
  known('p-limit', { entries: { 'index.js': 'p-limit.ts' } }),
  // Its tests ask for the TimeoutError of p-timeout.
  known('p-queue', {
    entries: { 'source/index.ts': 'p-queue.ts', 'node_modules/p-timeout/index.js': 'p-timeout.ts' },
  }),
  known('p-map', { entries: { 'index.js': 'p-map.ts' } }),
  known('p-retry', { entries: { 'index.js': 'p-retry.ts' } }),
  {
    name: 'p-timeout',
    repository: 'sindresorhus/p-timeout',
    commit: 'f9ced5e18ad81eab24a9a8d0f07bf3002f7bea64',
    day: '2026-07-20',
    tools: ['ava@6', 'delay@6', 'in-range@3', 'p-cancelable@4', 'sinon@21', 'time-span@5'],
    test: [...ava, 'test.js'],
    entries: { 'index.js': 'p-timeout.ts' },
  },
  {
    name: 'p-throttle',
    repository: 'sindresorhus/p-throttle',
    commit: 'd95ed9ff6734e5b603d88e71a4624483b24759de',
    day: '2026-07-20',
    tools: ['ava@6', 'delay@6', 'in-range@3', 'time-span@5'],
    test: [...ava, 'tests/*.js'],
    entries: { 'index.js': 'p-throttle.ts' },
  },
  {
    name: 'p-debounce',
    repository: 'sindresorhus/p-debounce',
    commit: '8964dd202004f49d7b814c0292b064287b70f2d8',
    day: '2026-07-20',
    tools: ['tsx@4'],
    test: ['--test', '--test-reporter=tap', 'test.js'],
    entries: { 'index.js': 'p-debounce.ts' },
  },
  {
    name: 'p-memoize',
    repository: 'sindresorhus/p-memoize',
    commit: 'a006ac3224bbeb344cb62976e7f18bbc5ad61d14',
    day: '2026-07-20',
    tools: ['ava@6', 'delay@6', 'p-defer@4', 'p-state@2', 'serialize-javascript@6', 'tsx@4'],
    test: [...ava, 'test.ts'],
    edits: [['package.json', '--import=tsimp/import', '--import=tsx/esm']],
    entries: { 'index.ts': 'p-memoize.ts' },
  },
  {
    name: 'async-mutex',
    repository: 'DirtyHairy/async-mutex',
    commit: 'b0bb4c5aa0e42eb5ffc8d9342e56bb6de1b95554',
    day: '2026-07-20',
    tools: ['@sinonjs/fake-timers@11', 'mocha@10', 'tsx@4'],
    test: [
      '--import=tsx',
      'node_modules/mocha/bin/mocha.js',
      '--no-config',
      '--ui=tdd',
      '--reporter=tap',
      'test/*.ts',
    ],
    // Its withTimeout and tryAcquire stay and wrap ours.
    // Called as a function, which a namespace is not in the modules of today.
    edits: ['mutex', 'semaphoreSuite', 'tryAcquire', 'withTimeout'].map((name) => [
      `test/${name}.ts`,
      'import * as assert from',
      'import assert from',
    ]),
    entries: { 'src/Mutex.ts': 'mutex.ts', 'src/Semaphore.ts': 'semaphore.ts' },
  },
];
