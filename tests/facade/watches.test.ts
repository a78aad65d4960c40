// What debug mode looks out for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../harness.ts';
import { createTask, getRunningLoop, run, sleep } from '../../src/asyncio.ts';
import { reportsOf } from '../core/reports.ts';

/** Keeps the thread for `ms` milliseconds. */
function hog(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('a step that keeps the thread for long is reported in debug mode, with its task', async () => {
  const body = async (): Promise<void> => {
    getRunningLoop().slowCallbackDuration = 30;
    await createTask(
      async () => {
        await sleep(1);
        hog(50);
        await sleep(0);
      },
      { name: 'hog' },
    );
    await createTask(async () => hog(50), { name: 'short hog' });
    await createTask(
      async () => {
        await sleep(1);
        hog(50);
        await new Promise((resolve) => setTimeout(resolve, 1));
      },
      { name: 'hog before foreign' },
    );
  };
  const slow = (await reportsOf(() => run(body, { debug: true }))).filter((text) =>
    text.includes('Executing'),
  );
  assert.equal(slow.length, 3, slow.join('\n'));
  for (const [index, name] of ['Task hog ', 'Task short hog ', 'Task hog before foreign '].entries()) {
    assert.match(slow[index] ?? '', new RegExp(`Executing <${name}.* took \\d+\\.\\d ms`));
  }
  assert.deepEqual(await reportsOf(() => run(body)), []);
});
