// How one row of the HTTP clients is measured: a client in a fresh process, and one server for all of them.

import { fileURLToPath } from 'node:url';
import { pinned, pinning } from '../../net/machine.ts';
import { Conversation } from '../../net/processes.ts';
import { inProcess, outputOf, runRounds, version } from '../../rounds.ts';
import type { RowResult, RunOptions } from '../../rounds.ts';
import type { Sample } from '../../sample.ts';
import { noPythonWith, pythonWith } from '../python.ts';
import type { ClientRow, ClientWork } from './area.ts';

const PATIENCE = 30_000;

/** Measures the rows of one work, round after round. */
export async function measureClients(
  work: ClientWork,
  rows: readonly ClientRow[],
  options: RunOptions,
): Promise<RowResult[]> {
  const cores = pinning();
  const program = fileURLToPath(new URL('../http/servers/bare.ts', import.meta.url));
  const core = 'missing' in cores ? undefined : cores.load;
  const server = new Conversation(pinned(process.execPath, [program], core));
  try {
    process.env['BENCH_HTTP_PORT'] = String((await server.json(PATIENCE))['port']);
    return await runRounds(work, rows, options, {
      label,
      whySkipped,
      measure: async (row, size, repeats) => await measure(work, row, size, repeats),
    });
  } finally {
    await server.stop();
  }
}

async function measure(work: ClientWork, row: ClientRow, size: number, repeats: number): Promise<Sample[]> {
  const { peer, variant, file } = row;
  if (isPython(peer)) {
    const script = fileURLToPath(new URL('python.py', import.meta.url));
    const words = [script, peer, work.name, String(size), String(repeats)];
    return JSON.parse(await outputOf(pythonWith(peer)?.program ?? '', words)) as Sample[];
  }
  const key = variant === undefined ? work.name : `${work.name}:${variant}`;
  return await inProcess(`services/httpClient/${file ?? peer}`, key, size, repeats, work.warmUp);
}

function isPython(peer: string): boolean {
  return peer === 'aiohttp' || peer === 'httpx';
}

function label({ peer, label: name, needs }: ClientRow): string {
  const known = isPython(peer)
    ? pythonWith(peer)?.version
    : needs === undefined
      ? undefined
      : version(needs);
  return `${name} ${known ?? ''}`.trimEnd();
}

function whySkipped({ peer, needs }: ClientRow): string | undefined {
  if (isPython(peer)) return pythonWith(peer) === undefined ? noPythonWith(peer) : undefined;
  return needs === undefined || version(needs) !== undefined ? undefined : `${needs} is not installed`;
}
