// What a rewritten await costs (`asyncio-ts/everywhere`), beside the same await as it was and beside one of a future of
// ours. CPU time of the process, the least of several rounds that take turns.
//
//   npm run bench:everywhere [-- rounds]

import process from 'node:process';
import { Future, run } from 'asyncio-ts';
import { awaits, beginActivation, cancelPoint } from 'asyncio-ts/lowlevel';

const rounds = Number(process.argv[2] ?? 15);
const COUNT = 100_000;
const GOAL = 0.6;
const site = 'c|work|bench|everywhere.ts:1:1';

/** An async function that suspends once, as most of what is awaited does. */
async function work(): Promise<number> {
  await null;
  return 1;
}

const settled = Promise.resolve(1);
const plain = 1;

type Loop = () => Promise<void>;
interface Pair {
  readonly bare: Loop;
  readonly rewritten: Loop;
}

const future = (): Future<number> => {
  const one = new Future<number>();
  one.setResult(1);
  return one;
};

const inTask: Record<string, Pair> = {
  'a settled promise': {
    bare: async () => {
      for (let i = 0; i < COUNT; i++) await settled;
    },
    rewritten: async () => {
      const activation = beginActivation();
      for (let i = 0; i < COUNT; i++) await cancelPoint(awaits.count, settled, activation, site);
    },
  },
  'an async function that waits': {
    bare: async () => {
      for (let i = 0; i < COUNT; i++) await work();
    },
    rewritten: async () => {
      const activation = beginActivation();
      for (let i = 0; i < COUNT; i++) await cancelPoint(awaits.count, work(), activation, site);
    },
  },
  'a value': {
    bare: async () => {
      for (let i = 0; i < COUNT; i++) await plain;
    },
    rewritten: async () => {
      const activation = beginActivation();
      for (let i = 0; i < COUNT; i++) await cancelPoint(awaits.count, plain, activation, site);
    },
  },
  'a future of ours': {
    bare: async () => {
      for (let i = 0; i < COUNT; i++) await future();
    },
    rewritten: async () => {
      const activation = beginActivation();
      for (let i = 0; i < COUNT; i++) await cancelPoint(awaits.count, future(), activation, site);
    },
  },
};
const noTask = { 'a settled promise, no task': inTask['a settled promise'] as Pair };

/** Microseconds of CPU for each await. */
async function cost(loop: Loop): Promise<number> {
  const before = process.cpuUsage();
  await loop();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / COUNT;
}

async function compare(
  pairs: Record<string, Pair>,
): Promise<Map<string, [bare: number, rewritten: number]>> {
  const least = new Map<string, [number, number]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, { bare, rewritten }] of Object.entries(pairs)) {
      const [a, b] = least.get(name) ?? [Infinity, Infinity];
      least.set(name, [Math.min(a, await cost(bare)), Math.min(b, await cost(rewritten))]);
    }
  }
  return least;
}

const results = [...(await run(() => compare(inTask))), ...(await compare(noTask))];
console.log(`µs of CPU for each await, least of ${rounds} rounds\n`);
for (const [name, [bare, rewritten]] of results) {
  const columns = [
    name.padEnd(30),
    `as it was ${bare.toFixed(3)}`,
    `rewritten ${rewritten.toFixed(3)}`,
    `× ${(rewritten / bare).toFixed(2)}`,
    `added ${(rewritten - bare).toFixed(3)}`,
  ];
  console.log(columns.join('   '));
}
const added = Math.max(...results.map(([, [bare, rewritten]]) => rewritten - bare));
console.log(
  `\nat most ${added.toFixed(3)} µs added; the goal is ${GOAL}: ${added <= GOAL ? 'reached' : 'missed'}`,
);
process.exitCode = added <= GOAL ? 0 : 1;
