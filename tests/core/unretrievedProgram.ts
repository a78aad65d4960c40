// A program that drops failed futures and says what is reported, and when. See unretrieved.test.ts.

import { createTask, getRunningLoop, newEventLoop, sleep } from '../../src/asyncio.ts';

const host = globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } };

const collect = (): void => {
  if (host.Bun !== undefined) host.Bun.gc(true);
  else host.gc?.();
};

const loop = newEventLoop();
const seen: string[] = [];
loop.setExceptionHandler((_, context) =>
  seen.push(`${context.message} ${(context.exception as Error).message}`),
);

function drop(): void {
  getRunningLoop().createFuture().setException(new Error('future dropped'));
  void createTask(
    async () => {
      throw new Error('task dropped');
    },
    { name: 'dropped' },
  );
  const looked = getRunningLoop().createFuture();
  looked.setException(new Error('looked at'));
  looked.exception();
}

await loop.runUntilComplete(async () => {
  drop();
  await sleep(1);
  const before = seen.length;
  for (let i = 0; i < 200 && seen.length < 2; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await sleep(0);
  }
  console.log(JSON.stringify({ before, seen: seen.sort() }));
});
loop.close();
