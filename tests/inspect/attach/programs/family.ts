// A program of several processes and threads, each with a loop: pools, and a child that it starts.

import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  createSubprocessExec,
  ProcessPoolExecutor,
  run,
  sleep,
  ThreadPoolExecutor,
} from '../../../../src/asyncio.ts';
import { commandLine } from '../../../commandLine.ts';

const library = new URL('../../../../src/asyncio.ts', import.meta.url).href;

/** Runs a loop where the pool runs it. */
async function sleepThere(from: string, name: string): Promise<void> {
  const asyncio = (await import(from)) as { run: typeof run; sleep: typeof sleep };
  await asyncio.run(() => asyncio.sleep(60_000), { name });
}

if (process.argv[2] === 'child') {
  await run(
    async () => {
      console.log('ready');
      await sleep(60_000);
    },
    { name: 'in a child' },
  );
} else {
  await run(async () => {
    const processes = new ProcessPoolExecutor({ maxWorkers: 1 });
    const threads = new ThreadPoolExecutor({ maxWorkers: 1 });
    const [program, ...args] = [process.execPath, ...commandLine(fileURLToPath(import.meta.url)), 'child'];
    const child = await createSubprocessExec(program, args, { stdout: 'pipe' });
    await child.stdout.readline();
    console.log('ready');
    await Promise.all([
      processes.submit(sleepThere, library, 'in a process'),
      threads.submit(sleepThere, library, 'in a thread'),
      child.wait(),
    ]);
  });
}
