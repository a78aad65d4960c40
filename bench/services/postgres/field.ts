// How one row of Postgres is measured: a client in a fresh process, and one server for all of them.

import { fileURLToPath } from 'node:url';
import { noPythonWith, pythonWith } from '../python.ts';
import { inProcess, outputOf, runRounds, version } from '../../rounds.ts';
import type { RowResult, RunOptions } from '../../rounds.ts';
import type { Sample } from '../../sample.ts';
import { needsPostgres, PostgresServer } from '../../../tests/services/postgres.ts';
import type { PostgresRow, PostgresWork } from './area.ts';

/** Measures the rows of one work, round after round. */
export async function measurePostgres(
  work: PostgresWork,
  rows: readonly PostgresRow[],
  options: RunOptions,
): Promise<RowResult[]> {
  const server = new PostgresServer({});
  if (needsPostgres.skip === false) await server.start();
  process.env['BENCH_POSTGRES'] = JSON.stringify({
    host: server.host,
    port: server.port,
    user: server.user,
    database: server.database,
  });
  try {
    return await runRounds(work, rows, options, {
      label,
      whySkipped,
      measure: async (row, size, repeats) => {
        const key = row.variant === undefined ? work.name : `${work.name}:${row.variant}`;
        if (row.peer === 'asyncpg') return await inPython(key, size, repeats);
        return await inProcess(
          `services/postgres/${row.file ?? row.peer}`,
          key,
          size,
          repeats,
          work.warmUp,
        );
      },
    });
  } finally {
    await server.close();
  }
}

async function inPython(key: string, size: number, repeats: number): Promise<Sample[]> {
  const script = fileURLToPath(new URL('python.py', import.meta.url));
  return JSON.parse(
    await outputOf(pythonWith('asyncpg')?.program ?? '', [script, key, String(size), String(repeats)]),
  ) as Sample[];
}

function label({ peer, label: name }: PostgresRow): string {
  if (peer === 'bare') return `${name} ${version('pg') ?? ''}`;
  return peer === 'postgres' ? `${name} ${version('postgres', 'peers') ?? ''}` : name;
}

function whySkipped({ peer }: PostgresRow): string | undefined {
  if (needsPostgres.skip !== false) return needsPostgres.skip;
  if (peer === 'asyncpg') return pythonWith(peer) === undefined ? noPythonWith(peer) : undefined;
  if (peer !== 'postgres' || version('postgres', 'peers') !== undefined) return undefined;
  return 'postgres is not installed (npm ci --prefix peers)';
}
