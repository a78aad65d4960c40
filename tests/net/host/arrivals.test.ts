// What the host's sockets bring: in which order it is handed over, and that several share an entry.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getRunningLoop, run, sleep } from '../../../src/asyncio.ts';
import { readyQueueOf } from '../../../src/loop/engine.ts';
import { DRAIN } from '../../../src/loop/runnable.ts';
import type { Runnable } from '../../../src/loop/runnable.ts';
import { arrived } from '../../../src/net/host/arrivals.ts';

function noting(log: string[], name: string): Runnable {
  return {
    _run: () => {
      log.push(name);
      queueMicrotask(() => log.push(`microtask of ${name}`));
      return DRAIN;
    },
  };
}

test('arrived: what comes behind each other is one entry, without microtasks in between', async () => {
  await run(async () => {
    const loop = getRunningLoop();
    const log: string[] = [];
    const before = readyQueueOf(loop).length;
    for (const name of ['a', 'b', 'c']) arrived(loop, noting(log, name));
    assert.equal(readyQueueOf(loop).length, before + 1);
    await sleep(0);
    assert.deepEqual(log, ['a', 'b', 'c', 'microtask of a', 'microtask of b', 'microtask of c']);
  });
});

test('arrived: what was scheduled before something arrived runs before it', async () => {
  await run(async () => {
    const loop = getRunningLoop();
    const log: string[] = [];
    arrived(loop, noting(log, 'a'));
    loop.callSoon(() => log.push('scheduled'));
    arrived(loop, noting(log, 'b'));
    await sleep(0);
    assert.deepEqual(log, ['a', 'microtask of a', 'scheduled', 'b', 'microtask of b']);
  });
});

test('arrived: more than fit into one entry make another', async () => {
  await run(async () => {
    const loop = getRunningLoop();
    const log: string[] = [];
    const before = readyQueueOf(loop).length;
    for (let index = 0; index < 33; index++) arrived(loop, noting(log, String(index)));
    assert.equal(readyQueueOf(loop).length, before + 2);
    await sleep(0);
    assert.equal(log.filter((line) => !line.startsWith('microtask')).length, 33);
  });
});

test('arrived: what is added while it is run waits for the next iteration', async () => {
  await run(async () => {
    const loop = getRunningLoop();
    const iterations: number[] = [];
    const again: Runnable = {
      _run: () => {
        iterations.push(readyQueueOf(loop).iterations);
        if (iterations.length === 1) arrived(loop, again);
        return DRAIN;
      },
    };
    arrived(loop, again);
    await sleep(0);
    await sleep(0);
    assert.equal(iterations.length, 2);
    assert.ok((iterations[1] as number) > (iterations[0] as number));
  });
});
