// Public packages that live on asynchronous code, each at one commit, with the part of what they depend on that their
// tests need.

export interface Package {
  readonly name: string;
  readonly repository: string;
  readonly commit: string;
  /** What the registry has had by that day is what is installed. */
  readonly day: string;
  /** Installed besides the package's own dependencies. */
  readonly tools: readonly string[];
  /** The command, which prints TAP. */
  readonly test: readonly string[];
}

// On a machine that stands still for ten seconds it would break off, and call that a success of those before.
const ava = ['node_modules/ava/entrypoints/cli.mjs', '--tap', '--concurrency=1', '--timeout=5m'];

export const packages: readonly Package[] = [
  {
    name: 'p-queue',
    repository: 'sindresorhus/p-queue',
    commit: '180ab9e25cd10b6f548767d7176076b50d25e188',
    day: '2026-07-22',
    tools: ['tsx@4', 'delay@6', 'in-range@3', 'p-defer@4', 'random-int@3', 'time-span@5'],
    test: ['--import=tsx/esm', '--test', '--test-concurrency=1', '--test-reporter=tap', 'test/*.ts'],
  },
  {
    name: 'p-map',
    repository: 'sindresorhus/p-map',
    commit: 'bc26cf03f81292325236a1188063dac8e7a4de0f',
    day: '2026-07-20',
    tools: ['ava@6', 'chalk@5', 'delay@6', 'in-range@3', 'random-int@3', 'time-span@5'],
    test: [...ava, 'test.js'],
  },
  {
    name: 'p-limit',
    repository: 'sindresorhus/p-limit',
    commit: 'df476048d023ff868cd45b35ee47f5fb0ca2b25a',
    day: '2026-07-20',
    tools: ['ava@6', 'in-range@3', 'random-int@3', 'time-span@5'],
    test: [...ava, 'test.js'],
  },
  {
    name: 'p-retry',
    repository: 'sindresorhus/p-retry',
    commit: 'e11ca9c9c4a8032182403871593a67a49e948568',
    day: '2026-07-20',
    tools: ['ava@6', 'delay@6', 'execa@9'],
    test: [...ava, 'test.js'],
  },
  {
    name: 'p-event',
    repository: 'sindresorhus/p-event',
    commit: '5c05922401ab90b03197304478a6880d0aa1ce8c',
    day: '2026-07-20',
    tools: ['ava@6', 'delay@6'],
    test: [...ava, 'test.js'],
  },
  {
    name: 'get-stream',
    repository: 'sindresorhus/get-stream',
    commit: 'cdbd77bebf332f28a2949613fc1534d8a7a04c95',
    day: '2026-07-20',
    tools: ['ava@6', 'onetime@7', 'precise-now@3', 'stream-json@1'],
    // Its programs for browsers are started under that condition, for which oxc-parser is another.
    // One after the other: some take a global away while they begin.
    test: [...ava, '--serial', 'test/*.js', '!test/browser.js'],
  },
  {
    name: 'koa',
    repository: 'koajs/koa',
    commit: 'e0ba8ef39d27fe5dae5492f9fe753d155124f994',
    day: '2026-03-28',
    tools: ['supertest@7'],
    test: ['--test', '--test-concurrency=1', '--test-reporter=tap', '__tests__/**/*.test.js'],
  },
];
