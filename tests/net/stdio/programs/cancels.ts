// Reads that are cancelled, a second reader, and standard input opened twice in a row.

import { createTask, run, sleep, UsageError } from 'asyncio-ts';
import { openStdin } from '../../../../src/pipes/stdio/standardInput.ts';

await run(async () => {
  const stdin = await openStdin();
  try {
    await openStdin();
  } catch (error) {
    console.log(error instanceof UsageError ? 'refused' : error);
  }
  const first = createTask(() => stdin.readline());
  await sleep(5);
  first.cancel();
  await sleep(1);
  console.log('cancelled');
  const second = createTask(() => stdin.readline());
  await sleep(50);
  second.cancel();
  console.log('half way');
  console.log('line', String(await stdin.readline()).trim());
  stdin.close();
  await stdin.waitClosed();
  const again = await openStdin();
  console.log('reopened');
  console.log('again', String(await again.readline()).trim());
  again.close();
  await again.waitClosed();
});
