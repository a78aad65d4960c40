// Next.js, built and started for real: route handlers as tasks, under the same load.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import '../harness.ts';
import { stagePackage } from '../package/stage.ts';
import { onBun, onDeno } from '../commandLine.ts';
import { missingPeers, peerFolder } from '../peers.ts';
import { askAll, expectedCounts } from './answers.ts';
import { AppFolder, filesOf } from './pages.ts';
import { startStock } from './stock.ts';
import type { Counts } from './work.ts';

const route = `
import { spawn } from 'asyncio-ts';
import { counts, work } from './work.js';
globalThis.counts = counts;
export async function GET(request, { params }) {
  const { id } = await params;
  return await spawn(async () => new Response(await work(id)), { signal: request.signal });
}`;
const countsRoute = `export const dynamic = 'force-dynamic';
export const GET = () => Response.json(globalThis.counts ?? { started: 0 });`;

test(
  'next: of 1,000 requests at once none is lost, mixed up, or goes on after its client',
  {
    skip: onBun || onDeno ? 'Next runs on Node' : missingPeers('next', 'react', 'react-dom'),
  },
  async () => {
    // Bun has no such function to import.
    const { stripTypeScriptTypes } = await import('node:module');
    const page = filesOf('next').get('app/price/[item]/route.ts') ?? '';
    const folder = new AppFolder(
      new Map([
        ['app/price/[item]/route.js', stripTypeScriptTypes(page)],
        ['app/work/[id]/route.js', route],
        [
          'app/work/[id]/work.js',
          stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'work.ts'), 'utf8')),
        ],
        ['app/counts/route.js', countsRoute],
      ]),
    );
    rmSync(join(folder.path, 'node_modules', 'asyncio-ts'));
    stagePackage(folder.path);
    const stock = await startStock();
    const next = join(peerFolder('next'), 'dist', 'bin', 'next');
    const options = {
      cwd: folder.path,
      env: {
        ...process.env,
        NEXT_TELEMETRY_DISABLED: '1',
        NODE_ENV: 'production' as const,
        STOCK: stock.url,
      },
    };
    let child: ChildProcess | undefined;
    try {
      const built = spawnSync(process.execPath, [next, 'build'], { ...options, encoding: 'utf8' });
      assert.equal(built.status, 0, built.stdout + built.stderr);
      assert.doesNotMatch(built.stdout + built.stderr, /warn/i);
      const port = await freePort();
      child = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], options);
      await listening(child);
      const url = `http://127.0.0.1:${port}`;
      await load(url);
      assert.deepEqual(await (await fetch(`${url}/price/tea`)).json(), { price: '7' });
      assert.equal((await fetch(`${url}/price/slow`)).status, 504);
      await stock.givenUp(1);
    } finally {
      if (child !== undefined) {
        const closed = once(child, 'close');
        child.kill('SIGKILL');
        await closed;
      }
      await stock.close();
      folder.remove();
    }
  },
);

async function load(url: string): Promise<void> {
  const leave = new AbortController();
  const asked = askAll(async (id, leaves) => {
    try {
      const answer = await fetch(`${url}/work/${id}`, leaves ? { signal: leave.signal } : {});
      return (await answer.text()) === id ? 'right' : 'wrong';
    } catch (error) {
      return leaves && leave.signal.aborted ? 'left' : String(error);
    }
  });
  while ((await countsOf(url)).started < expectedCounts.started)
    await new Promise((resolve) => void setImmediate(resolve));
  leave.abort();
  await asked;
  let counts = await countsOf(url);
  while (counts.alive > 0) counts = await countsOf(url);
  assert.deepEqual(counts, expectedCounts);
}

async function countsOf(url: string): Promise<Counts> {
  return (await (await fetch(`${url}/counts`)).json()) as Counts;
}

async function listening(child: ChildProcess): Promise<void> {
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: unknown): void => {
      printed += String(text);
      if (/Ready in/.test(printed)) resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('close', () => reject(new Error(printed)));
  });
}

// Next takes no port 0 that it would tell.
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
