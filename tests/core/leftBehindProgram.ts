// For endedFrames.test.ts: a task that refuses to stop is left behind by its run, and goes on in the next one.

import { createTask, run, sleep } from '../../src/asyncio.ts';

const { promise: gate, resolve: goOn } = Promise.withResolvers<void>();
const { promise: left, resolve: say } = Promise.withResolvers<string>();

await run(
  async () => {
    void createTask(async () => {
      await gate;
      say(await sleep(1, { result: 'slept in the next run' }));
    });
    await sleep(0);
    await sleep(0);
  },
  { shutdownTimeout: 20 },
);
await run(async () => {
  goOn();
  console.log(await left);
});
