// serveCluster: several processes on one port, none of whose requests is lost while they are replaced.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  createTask,
  interruptible,
  isCancelled,
  InvalidArgumentError,
  openUnixConnection,
  run,
  sleep,
  timeout,
  UnsupportedError,
  UsageError,
} from '../../../src/asyncio.ts';
import { ClusterWorkerError, serve, serveCluster } from '../../../src/http/http.ts';
import type { Cluster } from '../../../src/http/http.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { onBun, onDeno } from '../../commandLine.ts';
import { certificateFile, pem } from '../../net/tls/contexts.ts';
import { Client, connect } from '../client.ts';
import { startLoad } from './load.ts';

const app = new URL('app.ts', import.meta.url);
const onNode = !onBun && !onDeno;
const skip = onNode ? false : 'Node only';
const here = { host: '127.0.0.1', workers: 1, signals: false };

test('serveCluster: Bun and Deno are told what to do in its place', { skip: onNode }, async () => {
  await assert.rejects(serveCluster(app), UnsupportedError);
});

test('serveCluster: what is no module and no number of workers is refused', { skip }, async () => {
  await assert.rejects(serveCluster('./app.ts'), InvalidArgumentError);
  for (const workers of [0, 1.5, Number.NaN])
    await assert.rejects(serveCluster(app, { workers }), InvalidArgumentError);
  await assert.rejects(serveCluster(app, { maxRequests: 0 }), InvalidArgumentError);
});

test(
  'Cluster.restart: under load no request is lost, and each worker is another one',
  { skip },
  async () => {
    await run(async () => {
      const cluster = await serveCluster(app, { ...here, workers: 2, args: ['a'], env: { GIVEN: 'b' } });
      assert.deepEqual(await (await fetch(`${cluster.url}told`)).json(), { argv: ['a'], given: 'b' });
      const before = pidsOf(cluster);
      const load = startLoad(cluster.port as number, 16);
      // Two that ask at once are two restarts, one after the other.
      await Promise.all([cluster.restart(), cluster.restart()]);
      await load.stop();
      assert.deepEqual(load.lost, []);
      assert.equal(new Set([...before, ...pidsOf(cluster)]).size, 4);
      assert.deepEqual(
        cluster.workers.map(({ restarts }) => restarts),
        [2, 2],
      );
      // What is not done within the grace time is answered 503.
      await using client = await connect(cluster.port);
      client.get('/stuck');
      await fetch(`${cluster.url}pid`);
      await timeout(20_000, () => cluster.shutdown({ graceTime: 50 }));
      assert.equal((await client.response()).status, 503);
      assert.equal(cluster.isServing(), false);
      assert.deepEqual(cluster.addresses, []);
      await assert.rejects(cluster.restart(), UsageError);
      for (const pid of load.by.keys())
        assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' });
    });
  },
);

test(
  'Cluster: a worker that dies is told of and replaced; a slow request outlives the shutdown',
  { skip },
  async () => {
    await run(async () => {
      const cluster = await serveCluster(app, { ...here, restartDelay: 1 });
      const [first] = pidsOf(cluster);
      expectReport(/ended by itself \(code 7\)/);
      await fetch(`${cluster.url}die`);
      // What the dying one had accepted falls with it.
      while (pidsOf(cluster).includes(first)) await sleep(1);
      // The connection waits until the next one is there.
      const next = await (await fetch(`${cluster.url}pid`)).text();
      assert.notEqual(Number(next), first);
      const slow = createTask(async () => await (await fetch(`${cluster.url}long`)).text());
      await fetch(`${cluster.url}pid`);
      await cluster.shutdown();
      assert.equal(await slow, next);
    });
  },
);

test(
  'serveCluster: a worker that never becomes ready fails it, with what the worker says',
  { skip },
  async () => {
    await run(async () => {
      const program = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`);
      const failing = async (text: string, expected: RegExp, options = {}): Promise<void> => {
        await assert.rejects(serveCluster(program(text), { ...here, ...options }), (error: unknown) => {
          assert.ok(error instanceof ClusterWorkerError, String(error));
          assert.match(error.message, expected);
          return true;
        });
      };
      await Promise.all([
        failing('throw new Error("no database")', /never became ready: no database/),
        failing('export const a = 1', /no default export/),
        failing('process.exit(3)', /it ended with code 3/),
        failing('await new Promise(() => setInterval(() => {}, 1000))', /longer than 900 ms/, {
          readyTimeout: 900,
        }),
      ]);
      await using taken = await serve(() => new Response(), { host: '127.0.0.1' });
      await assert.rejects(serveCluster(app, { ...here, port: taken.port }), { code: 'EADDRINUSE' });
    });
  },
);

test('serveCluster: a cancel while the workers start leaves none', { skip }, async () => {
  await run(async () => {
    const task = createTask(() => serveCluster(app, here));
    await sleep(30);
    task.cancel();
    await assert.rejects(Promise.resolve(task), isCancelled);
  });
});

test('Cluster.restart: when the new program is broken the old one goes on', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  const file = join(folder, 'app.mjs');
  const write = (text: string): void => writeFileSync(file, text);
  try {
    write('export default () => new Response("one")');
    await run(async () => {
      await using cluster = await serveCluster(pathToFileURL(file), here);
      write('throw new Error("broken")');
      await assert.rejects(cluster.restart(), ClusterWorkerError);
      assert.equal(await (await fetch(cluster.url)).text(), 'one');
      write('export default () => new Response("two")');
      await cluster.restart();
      assert.equal(await (await fetch(cluster.url)).text(), 'two');
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('serveCluster: HTTPS, on several addresses', { skip }, async () => {
  await run(async () => {
    const tls = pem('server');
    await assert.rejects(
      serveCluster(app, { ...here, tls: { ...tls, key: 'none' } }),
      InvalidArgumentError,
    );
    const host = ['127.0.0.1', '127.0.0.2'];
    await using cluster = await serveCluster(app, { ...here, host, tls });
    assert.match(cluster.url, /^https:/);
    for (const [address, port] of cluster.addresses as readonly [string, number][]) {
      const agent = { host: address, port, path: '/pid', servername: 'localhost', agent: false as const };
      const asked = get({ ...agent, ca: readFileSync(certificateFile('ca'), 'utf8') });
      const [response] = (await interruptible(once(asked, 'response'))) as [IncomingMessage];
      assert.equal(response.statusCode, 200);
      response.resume();
    }
    assert.equal(cluster.addresses.length, 2);
  });
});

for (const engine of ['asyncio', 'node'] as const)
  test(
    `serveCluster: a Unix socket is there until the end, whichever worker serves it (${engine})`,
    { skip },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
      const path = join(folder, 'socket');
      const ask = async (target: string): Promise<string> => {
        await using client = new Client(...(await openUnixConnection(path)));
        client.get(target);
        return (await client.response()).body;
      };
      try {
        await run(async () => {
          const cluster = await serveCluster(app, {
            workers: 1,
            signals: false,
            path,
            engine,
            restartDelay: 1,
          });
          assert.deepEqual([cluster.addresses, cluster.url], [[path], '']);
          if (engine === 'asyncio') await cluster.restart();
          else {
            expectReport(/ended by itself \(code 7\)/);
            const [first] = pidsOf(cluster);
            await ask('/die');
            while (pidsOf(cluster)[0] === first) await sleep(1);
          }
          // Who comes while there is no worker waits for the next one.
          const answer = await ask('/pid');
          assert.equal(answer, `${pidsOf(cluster)[0]}`);
          await cluster.shutdown();
          assert.equal(existsSync(path), false);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

test('Cluster.shutdown: ends while the place of a worker that died is being filled', { skip }, async () => {
  await run(async () => {
    const cluster = await serveCluster(app, { ...here, restartDelay: 1 });
    const [first] = pidsOf(cluster);
    expectReport(/ended by itself \(code 7\)/);
    await fetch(`${cluster.url}die`);
    while (pidsOf(cluster)[0] === first) await sleep(1);
    await sleep(20);
    await timeout(20_000, () => cluster.shutdown());
  });
});

function pidsOf({ workers }: Cluster): (number | undefined)[] {
  return workers.map(({ pid }) => pid);
}
