// node --expose-gc tests/soak/main.ts [races]: the whole soak, ten million races by default.

import { soak } from './soak.ts';

const races = Number(process.argv[2] ?? 10_000_000);
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
const began = performance.now();
const report = await soak(races);
const seconds = (performance.now() - began) / 1000;
console.log(`${races} races in ${seconds.toFixed(1)} s, ${((seconds / races) * 1e6).toFixed(2)} µs each`);
console.log(`heap after the first tenth ${mib(report.heapBefore)}, at the end ${mib(report.heapAfter)}`);
console.log(`left: ${report.listeners} listeners, ${report.timers} timers, ${report.tasks} tasks`);
const flat = report.heapAfter - report.heapBefore < 2 ** 20;
const clean = report.listeners === 0 && report.timers === 0 && report.tasks === 0;
console.log(flat && clean ? 'flat' : 'not flat');
process.exitCode = flat && clean ? 0 : 1;
