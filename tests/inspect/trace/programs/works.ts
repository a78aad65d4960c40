// Works a little, and then whatever its first argument says.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { isMainThread, Worker } from 'node:worker_threads';
import { run, sleep, taskGroup } from 'asyncio-ts';

export async function main([what, file = '']: readonly string[]): Promise<void> {
  await taskGroup(async (group) => {
    group.startSoon(async function inside() {
      await sleep(1);
    });
  });
  if (what === 'others') {
    await once(new Worker(new URL(import.meta.url)), 'exit');
    await once(spawn(process.execPath, [process.argv[1]!, 'child'], { stdio: 'inherit' }), 'exit');
  } else if (what === 'killed') {
    await sleep(150);
    process.kill(process.pid, 'SIGKILL');
    await sleep(10_000);
  } else if (what === 'fails') throw new Error('it went wrong');
  else if (what === 'hangs') {
    // Until somebody has noticed.
    const latest = Date.now() + 30_000;
    while (Date.now() < latest && !existsSync(file)) spin();
  } else if (what === 'signalled') {
    process.kill(process.pid, 'SIGUSR2');
    while (!existsSync(file)) await sleep(1);
  }
}

function spin(): void {
  const until = Date.now() + 20;
  while (Date.now() < until);
}

if (!isMainThread || process.argv[2] === 'child') await run(() => main([]));
