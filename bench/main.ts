// npm run bench: asyncio-ts and its peers side by side in one run.
//
// No figure stands alone: every table gives the ratio to ours, measured on the same machine in the same
// minutes, and the list at the end says which goals are reached.

import { benchInside } from './inside/main.ts';
import { benchIo } from './io/main.ts';
import { benchNet } from './net/main.ts';
import { benchServices } from './services/main.ts';
import { abandon, runWork } from './rounds.ts';
import { runSet } from './set.ts';
import { goals, works } from './works.ts';

const notes = [
  'More, with works and peers of their own: npm run bench -- net --help (the network), npm run bench -- io --help',
  '(processes, threads, files and formats), npm run bench -- services --help (HTTP), npm run bench -- inside --help',
  '(what looking inside costs).',
  '',
  "BENCH_PYTHON names the Python to use (default: python3, or the system's if only that one has uvloop).",
];

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    abandon();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

try {
  const [first, ...rest] = process.argv.slice(2);
  if (first === 'net') process.exitCode = await benchNet(rest);
  else if (first === 'services') process.exitCode = await benchServices(rest);
  else if (first === 'io') process.exitCode = await benchIo(rest);
  else if (first === 'inside') process.exitCode = await benchInside(rest);
  else {
    const set = { command: 'npm run bench --', works, goals, notes, run: runWork };
    process.exitCode = await runSet(set, process.argv.slice(2));
  }
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
