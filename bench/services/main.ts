// npm run bench services: what a program talks to and offers, beside its peers.

import { runSet } from '../set.ts';
import { measureServices } from './field.ts';
import { measureSqlite } from './sqlite/measure.ts';
import { goals, works } from './works.ts';

/** Runs the benchmarks with the arguments after `services`. @returns the exit code */
export async function benchServices(args: readonly string[]): Promise<number> {
  const notes = [
    '`http` and `sqlite` stand for all works of theirs. BENCH_PYTHON names the Python to use (default: python3).',
    'BENCH_CC names the C compiler for the load generator.',
  ];
  const names = args.flatMap((arg) =>
    arg === 'http' || arg === 'sqlite'
      ? works.map(({ name }) => name).filter((name) => name.startsWith(`${arg}-`))
      : [arg],
  );
  return await runSet(
    {
      command: 'npm run bench -- services',
      works,
      goals,
      notes,
      run: async (work, rows, options) =>
        'request' in work
          ? await measureServices(work, rows, options)
          : await measureSqlite(work, rows, options),
    },
    names,
  );
}
