// npm run soak [-- races|connections [count]]: the whole soak, ten million races and a million connections
// by default. Prints what is in use after the first tenth and at the end, and says whether that is flat.

import { connectionSoak } from './connections.ts';
import { soak } from './soak.ts';

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;

async function races(count: number): Promise<boolean> {
  const began = performance.now();
  const report = await soak(count);
  tellTime(count, 'races', began);
  console.log(`heap after the first tenth ${mib(report.heapBefore)}, at the end ${mib(report.heapAfter)}`);
  console.log(`left: ${report.listeners} listeners, ${report.timers} timers, ${report.tasks} tasks`);
  const clean = report.listeners === 0 && report.timers === 0 && report.tasks === 0;
  return clean && report.heapAfter - report.heapBefore < 2 ** 20;
}

async function connections(count: number): Promise<boolean> {
  const began = performance.now();
  const live = process.stderr.isTTY;
  const progress = (done: number): void => void (live && process.stderr.write(`\r${done} connections\r`));
  const { backend, wrong, before, after } = await connectionSoak(count, { progress });
  tellTime(count, `connections on the ${backend} backend`, began);
  console.log(`heap after the first tenth ${mib(before.heap)}, at the end ${mib(after.heap)}`);
  for (const what of ['descriptors', 'tasks', 'timers'] as const) {
    console.log(`${what} after the first tenth ${before[what]}, at the end ${after[what]}`);
  }
  console.log(`${wrong} wrong answers`);
  const same = (['descriptors', 'tasks', 'timers'] as const).every((what) => after[what] <= before[what]);
  return wrong === 0 && same && after.heap - before.heap < 2 ** 20;
}

function tellTime(count: number, what: string, began: number): void {
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${count} ${what} in ${seconds.toFixed(1)} s, ${((seconds / count) * 1e6).toFixed(2)} µs each`,
  );
}

const kinds: Record<string, [run: (count: number) => Promise<boolean>, count: number]> = {
  races: [races, 10_000_000],
  connections: [connections, 1_000_000],
};

const [wanted, times] = process.argv.slice(2);
for (const [name, [run, count]] of Object.entries(kinds)) {
  if (wanted !== undefined && wanted !== name) continue;
  const flat = await run(times === undefined ? count : Number(times));
  console.log(flat ? 'flat' : 'not flat');
  if (!flat) process.exitCode = 1;
}
if (wanted !== undefined && !(wanted in kinds)) {
  console.error(`soak: ${Object.keys(kinds).join(' or ')}, not '${wanted}'`);
  process.exitCode = 2;
}
