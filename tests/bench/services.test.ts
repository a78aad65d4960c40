// The benchmarks of services, as `npm run bench -- services` does them: a run from end to end with its arguments, and each
// work of ours once, tiny, in this process: the figures mean nothing, but a work checks its own result.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PeerWorks } from '../../bench/sample.ts';
import { works } from '../../bench/services/works.ts';
import { needsPostgres, PostgresServer } from '../services/postgres.ts';

interface Report {
  readonly works: readonly {
    readonly name: string;
    readonly rows: readonly {
      readonly peer: string;
      readonly failed: string | null;
      readonly skipped: string | null;
    }[];
  }[];
}

const main = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));
const subject = fileURLToPath(new URL('../../src/asyncio.ts', import.meta.url));
const [major = 0] = process.versions.node.split('.').map(Number);
// Programs of the newest Node measure; the works are the same everywhere.
const elsewhere =
  process.versions['bun'] !== undefined ||
  'Deno' in globalThis ||
  major < 26 ||
  process.platform !== 'linux';
const options = { skip: elsewhere, timeout: 60_000 };

async function bench(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, 'services', ...args]);
  return stdout;
}

test('npm run bench services: a quick run measures ours and a peer over HTTP', options, async () => {
  const args = ['http-get', '--peers=ours,bare', '--quick', '--rounds=1', '--json', `--subject=${subject}`];
  const report = JSON.parse(await bench(...args)) as Report;
  assert.deepEqual(
    report.works.map(({ name }) => name),
    ['http-get'],
  );
  const [work] = report.works;
  assert.deepEqual(
    work?.rows.map(({ peer, failed, skipped }) => [peer, failed ?? skipped]),
    [
      ['ours', null],
      ['ours', null],
      ['bare', null],
    ],
  );
});

test(
  'npm run bench services: the help tells every work, and a name that is none is refused',
  options,
  async () => {
    const help = await bench('--help');
    for (const { name } of works) assert.ok(help.includes(name), name);
    await assert.rejects(bench('http-nothing'), /http-nothing/);
  },
);

/** Does the works of an area once each, those of ours. */
async function doWorks(area: string, module: string, size: number): Promise<void> {
  process.env['BENCH_SUBJECT'] = subject;
  const found = (await import(`../../bench/services/${module}.ts`)) as { readonly works: PeerWorks };
  const keys = works
    .filter(({ name }) => name.startsWith(`${area}-`))
    .flatMap(({ name, rows }) =>
      rows
        .filter(({ peer }) => peer === 'ours')
        .map(({ variant }) => (variant === undefined ? name : `${name}:${variant}`)),
    );
  assert.deepEqual(Object.keys(found.works).toSorted(), keys.toSorted());
  for (const key of keys) {
    const sample = await found.works[key]?.(size);
    assert.ok((sample?.value ?? 0) > 0, key);
  }
}

test('npm run bench services sqlite: does each of its works', options, async () => {
  await doWorks('sqlite', 'sqlite/ours', 100);
});

test('npm run bench services http-client: does each of its works', options, async () => {
  const server = createServer((_request, response) => void response.end('Hello, world!'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['BENCH_HTTP_PORT'] = String((server.address() as AddressInfo).port);
  await doWorks('http-client', 'httpClient/ours', 60);
  server.close();
});

test(
  'npm run bench services postgres: does each of its works',
  { ...options, skip: elsewhere || needsPostgres.skip },
  async () => {
    const server = new PostgresServer({});
    await server.start();
    const { host, port, user, database } = server;
    process.env['BENCH_POSTGRES'] = JSON.stringify({ host, port, user, database });
    try {
      await doWorks('postgres', 'postgres/ours', 50);
    } finally {
      await server.close();
    }
  },
);
