// npm run bench io: processes, threads, files and formats beside their peers, in one run.

import { runSet } from '../set.ts';
import { measureIo } from './field.ts';
import { goals, works } from './works.ts';

/** Runs the benchmarks with the arguments after `io`. @returns the exit code */
export async function benchIo(args: readonly string[]): Promise<number> {
  const notes = ['BENCH_PYTHON names the Python to use (default: python3).'];
  return await runSet({ command: 'npm run bench -- io', works, goals, notes, run: measureIo }, args);
}
