// node tests/storm/main.ts [cancels] [seed] [tasks]: the whole storm, a million cancels by default.

import { storm } from './storm.ts';

const [cancels = 1_000_000, seed = Date.now() % 1_000_000, tasks = 200] = process.argv.slice(2).map(Number);
console.log(`cancellation storm: ${cancels} cancels over ${tasks} tasks, seed ${seed}`);
const before = process.memoryUsage().heapUsed;
const began = performance.now();
const report = await storm({ cancels, seed, tasks });
for (let i = 0; i < 3; i++) {
  (globalThis as { gc?: () => void }).gc?.();
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
console.log(
  `${report.operations} operations, ${report.interrupted} interrupted, ${report.items} items, ${(
    (performance.now() - began) /
    1000
  ).toFixed(1)} s, heap ${grown >= 0 ? '+' : ''}${grown.toFixed(1)} MiB`,
);
for (const violation of report.violations) console.error(`✖ ${violation}`);
console.log(report.violations.length === 0 ? 'every invariant holds' : 'violated');
process.exitCode = report.violations.length === 0 ? 0 : 1;
