// Answers each line of standard input while a task ticks; ends at the end of input, or at the line "quit".

import { createTask, run, sleep } from 'asyncio-ts';
import { openStdin } from '../../../../src/pipes/stdio/standardInput.ts';
import { openStdout } from '../../../../src/pipes/stdio/standardOutput.ts';

await run(async () => {
  const stdout = await openStdout();
  const stdin = await openStdin();
  let ticks = 0;
  const ticker = createTask(async () => {
    for (; ; ticks++) await sleep(5);
  });
  for await (const bytes of stdin) {
    const line = String(bytes).trimEnd();
    stdout.write(Buffer.from(`got ${line}\n`));
    await stdout.drain();
    if (line === 'quit') break;
    if (line === 'wait') {
      const before = ticks;
      while (ticks < before + 3) await sleep(1);
      console.log('others went on');
    }
  }
  ticker.cancel();
  stdin.close();
  stdout.close();
  await stdin.waitClosed();
  await stdout.waitClosed();
  console.log('end');
});
