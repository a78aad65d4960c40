// A program with a cluster, for the tests of signals and of what happens when it dies. It prints its port and the processes
// of its workers, and again after each restart that was asked for by SIGHUP.

import process from 'node:process';
import { serveCluster } from 'asyncio-ts/http';

const cluster = await serveCluster(new URL('app.ts', import.meta.url), { workers: 1, host: '127.0.0.1' });
let shown: number | undefined;
const show = (): void => {
  const pid = cluster.workers[0]?.pid;
  if (pid !== shown) console.log(JSON.stringify({ port: cluster.port, pid: (shown = pid) }));
};
show();
const watch = setInterval(show, 20);
await cluster.serveForever();
clearInterval(watch);
console.log(JSON.stringify({ ended: true }));
process.exitCode = 0;
