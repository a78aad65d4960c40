// npm run bench services: what a program talks to and offers, beside its peers.

import type { RowResult, RunOptions } from '../rounds.ts';
import { runSet } from '../set.ts';
import { measureServices } from './field.ts';
import { httpWorks } from './http/area.ts';
import { clientWorks } from './httpClient/area.ts';
import type { ClientRow, ClientWork } from './httpClient/area.ts';
import { measureClients } from './httpClient/field.ts';
import { postgresWorks } from './postgres/area.ts';
import type { PostgresRow, PostgresWork } from './postgres/area.ts';
import { measurePostgres } from './postgres/field.ts';
import { sqliteWorks } from './sqlite/area.ts';
import { measureSqlite } from './sqlite/measure.ts';
import { goals, works } from './works.ts';
import type { ServiceRow } from './works.ts';

const AREAS: Readonly<Record<string, readonly { readonly name: string }[]>> = {
  http: httpWorks,
  'http-client': clientWorks,
  sqlite: sqliteWorks,
  postgres: postgresWorks,
};

/** Runs the benchmarks with the arguments after `services`. @returns the exit code */
export async function benchServices(args: readonly string[]): Promise<number> {
  const notes = [
    '`http`, `http-client`, `sqlite` and `postgres` stand for all works of theirs. BENCH_PYTHON names the Python to use (default: .scratch/bench-python, python3, or the system’s: the first that has the package).',
    'BENCH_CC names the C compiler for the load generator.',
  ];
  const names = args.flatMap((arg) =>
    Object.hasOwn(AREAS, arg) ? (AREAS[arg] ?? []).map(({ name }) => name) : [arg],
  );
  return await runSet({ command: 'npm run bench -- services', works, goals, notes, run }, names);
}

async function run(
  work: (typeof works)[number],
  rows: readonly (ServiceRow | ClientRow | PostgresRow)[],
  options: RunOptions,
): Promise<RowResult[]> {
  if ('request' in work) return await measureServices(work, rows, options);
  if (work.name.startsWith('http-client-'))
    return await measureClients(work as ClientWork, rows as readonly ClientRow[], options);
  if (work.name.startsWith('postgres-'))
    return await measurePostgres(work as PostgresWork, rows as readonly PostgresRow[], options);
  return await measureSqlite(work, rows, options);
}
