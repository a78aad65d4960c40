// Writes more than a pipe takes, while a task ticks.

import { createTask, run, sleep } from 'asyncio-ts';
import { openStderr, openStdout } from '../../../../src/pipes/stdio/standardOutput.ts';

await run(async () => {
  const stdout = await openStdout();
  const stderr = await openStderr();
  stderr.write(Buffer.from('begun\n'));
  let ticks = 0;
  const ticker = createTask(async () => {
    for (; ; ticks++) await sleep(5);
  });
  for (let count = 0; count < 20; count++) {
    stdout.write(Buffer.alloc(100_000, 'x'));
    await stdout.drain();
  }
  ticker.cancel();
  stderr.write(Buffer.from(ticks > 10 ? 'ticks went on\n' : `only ${ticks} ticks\n`));
  stderr.close();
  stdout.close();
  await stderr.waitClosed();
  await stdout.waitClosed();
});
