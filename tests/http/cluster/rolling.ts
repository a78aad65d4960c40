// Rolling restarts of a cluster under load, and how many requests were lost by them.
//
//   node --conditions=asyncio-ts-source tests/http/cluster/rolling.ts [restarts] [workers] [clients]

import process from 'node:process';
import { run } from '../../../src/asyncio.ts';
import { serveCluster } from '../../../src/http/http.ts';
import { startLoad } from './load.ts';

const [restarts = 100, workers = 2, clients = 32] = process.argv.slice(2).map(Number);
await run(async () => {
  await using cluster = await serveCluster(new URL('app.ts', import.meta.url), {
    workers,
    host: '127.0.0.1',
  });
  const load = startLoad(cluster.port as number, clients);
  const begun = performance.now();
  for (let count = 0; count < restarts; count++) await cluster.restart();
  const seconds = (performance.now() - begun) / 1000;
  await load.stop();
  console.log(
    `${restarts} rolling restarts of ${workers} workers in ${seconds.toFixed(0)} s: ${load.answered} requests answered by ${load.by.size} processes, ${load.lost.length} lost`,
  );
  for (const lost of new Set(load.lost)) console.log(lost);
  process.exitCode = load.lost.length === 0 ? 0 : 1;
});
