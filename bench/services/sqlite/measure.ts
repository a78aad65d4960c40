// How a work of SQLite is measured: in a fresh process, with the peer's module.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { inProcess, runRounds, version } from '../../rounds.ts';
import type { RowResult, RunOptions } from '../../rounds.ts';
import { projectRoot } from '../../subject.ts';
import type { Row, Work } from '../../works.ts';

export interface LocalRow extends Row<string> {
  /** What the table calls a peer that is no package. */
  readonly label?: string;
}

export async function measureSqlite(
  work: Work<string>,
  rows: readonly LocalRow[],
  options: RunOptions,
): Promise<RowResult[]> {
  return await runRounds(work, rows, options, {
    label: ({ peer, variant, label }) => {
      const suffix = variant === undefined ? '' : `, ${variant}`;
      if (peer === 'ours') return `asyncio-ts${suffix}`;
      return label === undefined
        ? `${peer} ${version(peer, 'peers') ?? ''}`.trimEnd()
        : `${label} ${process.version}`;
    },
    whySkipped: ({ peer }) => (peer === 'better-sqlite3' ? whyNot(peer) : undefined),
    measure: async ({ peer, variant }, size, repeats) => {
      const key = variant === undefined ? work.name : `${work.name}:${variant}`;
      return await inProcess(`services/sqlite/${peer}`, key, size, repeats, work.warmUp);
    },
  });
}

function whyNot(peer: string): string | undefined {
  if (version(peer, 'peers') === undefined) return `${peer} is not installed (npm ci --prefix peers)`;
  try {
    const load = createRequire(join(projectRoot, 'peers', 'package.json'));
    const Database = load(peer) as new (path: string) => { close(): void };
    new Database(':memory:').close();
    return undefined;
  } catch {
    return `${peer} has no binary here (npm rebuild --prefix peers ${peer})`;
  }
}
