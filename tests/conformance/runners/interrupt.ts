// Programs that signal themselves; see interrupt.test.ts.

import process from 'node:process';
import { CancelledError, createTask, currentTask, Event, Runner, sleep } from 'asyncio-ts';
import type { Coroutine } from 'asyncio-ts';

const runner = new Runner();
const loop = runner.getLoop();
const interruptSelf = (): void => void process.kill(process.pid, 'SIGINT');
const alive = setInterval(() => {}, 1000);

async function endOf(main: Coroutine<unknown>): Promise<string> {
  try {
    return `result ${String(await runner.run(main))}`;
  } catch (error) {
    return (error as Error).name;
  }
}

/** Runs `body`, which must be cancelled, and is cancelled by itself. */
const swallowing = (body: Coroutine<unknown>) => async (): Promise<void> => {
  try {
    await body();
  } catch (error) {
    if (error instanceof CancelledError) throw new CancelledError();
  }
};

let text = '';
switch (process.argv[2]) {
  case 'callSoon':
    loop.callLater(20, interruptSelf);
    text = await endOf(
      swallowing(async () => {
        for (;;) await sleep(0);
      }),
    );
    break;
  case 'wait': {
    const future = loop.createFuture();
    loop.callLater(20, interruptSelf);
    text = await endOf(swallowing(async () => await future));
    text += ` ${future.cancelled()}`;
    break;
  }
  case 'cancelled':
    text = await endOf(async () => {
      const me = currentTask();
      void createTask(async () => {
        await sleep(0);
        me?.cancel();
        // Here and now, where a real signal would come a turn later: both in one step, as in Python.
        process.emit('SIGINT', 'SIGINT');
      });
      await sleep(10_000);
    });
    break;
  case 'again':
    text = await endOf(async () => {
      const me = currentTask();
      interruptSelf();
      try {
        await new Event().wait();
      } finally {
        me?.cancel();
      }
    });
    break;
  default:
    text = 'unknown';
}
process.stdout.write(`${text}\n`);
clearInterval(alive);
await runner.close();
