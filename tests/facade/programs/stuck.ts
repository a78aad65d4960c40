// Programs that can't go on, each in its way. Arguments: which, and "debug".

import process from 'node:process';
import { createTask, Event, gather, getRunningLoop, Lock, Queue, run, sleep, taskGroup } from 'asyncio-ts';
import type { Task } from 'asyncio-ts';

const [manner = '', ...flags] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function transfer(from: Lock, to: Lock): Promise<void> {
  await from.acquire();
  try {
    await sleep(1);
    await to.acquire();
    to.release();
  } finally {
    from.release();
    say('cleaned up');
  }
}

async function locks(): Promise<void> {
  const a = new Lock({ name: 'a' });
  const b = new Lock({ name: 'b' });
  await taskGroup(async (group) => {
    group.startSoon(() => transfer(a, b), { name: 'first' });
    group.startSoon(() => transfer(b, a), { name: 'second' });
  });
}

const mains: Record<string, () => Promise<unknown>> = {
  locks,
  async queue() {
    const jobs = new Queue<number>(0, { name: 'jobs' });
    await gather(
      async function consume() {
        await jobs.get();
      },
      async function other() {
        await new Event({ name: 'go' }).wait();
      },
    );
  },
  async tasks() {
    const tasks: Task<unknown>[] = [];
    tasks.push(createTask(async () => await tasks[1], { name: 'chicken' }));
    tasks.push(createTask(async () => await tasks[0], { name: 'egg' }));
    await tasks[0];
  },
  async catches() {
    try {
      await new Event().wait();
    } catch (error) {
      say(`${(error as Error).message} | ${(error as Error & { cause: Error }).cause.name}`);
    }
    return 'result';
  },
  async foreign() {
    await new Promise(() => {});
  },
  async alive() {
    // Other code keeps the process alive until the report was seen.
    const timer = setInterval(() => {}, 1000);
    const loop = getRunningLoop();
    const stuck = createTask(locks, { name: 'stuck' });
    loop.callLater(2500, () => stuck.cancel());
    await Promise.allSettled([stuck]);
    clearInterval(timer);
  },
};

const main = mains[manner] as () => Promise<unknown>;
try {
  say(`returned ${String(await run(main, { debug: flags.includes('debug') }))}`);
} catch (error) {
  if (flags.includes('uncaught')) throw error;
  say(
    `rejected ${(error as Error & { code?: string }).code}\n${(error as Error & { report?: string }).report}`,
  );
}
