// Run by foreignStorage.test.ts: another AsyncLocalStorage beside ours, from before the first loop on. In a
// process of its own, because a test runner uses storages itself.

import { AsyncLocalStorage } from 'node:async_hooks';
import { createTask, getRunningLoop, run, sleep, taskGroup, timeout } from '../../src/asyncio.ts';

const storage = new AsyncLocalStorage<string>();
const seen: string[] = [];
const note = (where: string): void => {
  seen.push(`${where} ${storage.getStore()}`);
};

async function main(): Promise<void> {
  note('main');
  await sleep(1);
  note('resumed');
  await createTask(async () => {
    note('task');
    await timeout(60_000, async () => {
      await sleep(1);
      note('timeout');
    });
  });
  await storage.run('inner', () => createTask(async () => note('inner')));
  storage.run('callback', () => getRunningLoop().callSoon(() => note('callback')));
  await sleep(0);
  await taskGroup(async (group) => group.startSoon(async () => note('child')));
}

await storage.run('request', () => run(main));
note('after');
console.log(seen.join(', '));
