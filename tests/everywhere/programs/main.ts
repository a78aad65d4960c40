// Imports the files that it is given, whose awaits are rewritten if all is well, and prints what became of them.

import process from 'node:process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createTask, getRunningLoop, run, sleep, timeout } from 'asyncio-ts';
import { formatWaits } from 'asyncio-ts/lowlevel';

interface Work {
  readonly work: () => Promise<unknown>;
  readonly fail: () => Promise<unknown>;
}

const never = async (): Promise<void> => {
  await new Promise(() => {});
};

for (const file of process.argv.slice(2)) {
  const { work, fail } = (
    file.endsWith('.cjs') ? createRequire(import.meta.url)(file) : await import(pathToFileURL(file).href)
  ) as Work;
  if (!String(work).includes('asyncio')) {
    console.log('left alone');
    continue;
  }
  const error = await fail().catch((one: unknown) => one as Error);
  const [line = ''] = /[^/]*\.\w+:\d+:\d+/.exec((error as Error).stack ?? '') ?? [];
  console.log(`fails at ${line}`);
  await run(async () => {
    const ended = await timeout(10, work).then(
      () => 'works',
      (one: unknown) => (one as Error).name,
    );
    const task = createTask(work, { name: 'worker' });
    await sleep(1);
    const [waits = ''] = formatWaits(getRunningLoop())
      .split('\n')
      .filter((one) => one.includes('worker'));
    console.log(`${ended}, ${waits.trim().replace(/\s+/g, ' ').replace(process.cwd(), '.')}`);
    task.cancel();
  });
}
await run(() => timeout(10, never).catch((error: unknown) => console.log((error as Error).name)));
