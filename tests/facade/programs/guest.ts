// Programs that are not ours, in which tasks are spawned. The argument says which.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { currentTask, Event, Lock, run, sleep, spawn } from 'asyncio-ts';

const [manner = 'worker'] = process.argv.slice(2);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const fails = async (): Promise<never> => {
  await sleep(0);
  throw new Error('lost');
};

async function untilCancelled(name: string): Promise<void> {
  try {
    // The host's own listeners are there by then.
    await sleep(20);
    if (name !== 'first') say('ready');
    await sleep(60_000);
  } finally {
    say(`${name} cleaned up`);
  }
}

const programs: Record<string, () => unknown> = {
  async ends() {
    await spawn(() => sleep(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    say(await spawn(() => sleep(1, { result: 'again' })));
  },
  async server() {
    const server = createServer((request, response) => {
      void spawn(
        async () => {
          try {
            await sleep(request.url === '/slow' ? 60_000 : 1);
            response.end('done');
          } catch (error) {
            say(`stopped: ${(error as Error).message}`);
            server.close();
            throw error;
          }
        },
        { client: response },
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    say(await (await fetch(url, { headers: { connection: 'close' } })).text());
    const controller = new AbortController();
    const slow = fetch(`${url}/slow`, { signal: controller.signal, headers: { connection: 'close' } });
    server.once('request', () => setTimeout(() => controller.abort(), 20));
    say(await slow.then(String, (error: Error) => error.name));
  },
  lost() {
    void spawn(fails, { name: 'loser' });
  },
  async looked() {
    const task = spawn(fails);
    await new Promise((resolve) => setTimeout(resolve, 20));
    say(await task.then(String, String));
  },
  cut() {
    void spawn(fails, { name: 'loser' });
    setTimeout(() => process.exit(3), 50);
  },
  async stuck() {
    const task = spawn(
      async () => {
        try {
          await new Event({ name: 'never' }).wait();
        } finally {
          say('cleaned up');
        }
      },
      { name: 'waiter' },
    );
    say(
      await task.then(
        String,
        (error: unknown) => `${(error as Error).name}: ${((error as Error).cause as Error).name}`,
      ),
    );
  },
  circle() {
    const [a, b] = [new Lock({ name: 'a' }), new Lock({ name: 'b' })];
    const take = async (first: Lock, second: Lock): Promise<void> => {
      await first.acquire();
      await sleep(1);
      await second.acquire();
    };
    void spawn(() => take(a, b), { name: 'one' });
    void spawn(() => take(b, a), { name: 'two' });
    // The server that keeps the process alive.
    setTimeout(() => process.exit(5), 30_000);
  },
  refuses() {
    void spawn(() => new Promise(() => {}), { name: 'stubborn' });
  },
  async interrupted() {
    const runs = ['first', 'second'].map((name) =>
      run(() => untilCancelled(name)).catch((error: Error) => say(`${name}: ${error.message}`)),
    );
    void spawn(async () => {
      await Promise.all(runs);
      say('the task goes on');
    });
    await Promise.all(runs);
  },
  uncaught() {
    return Promise.allSettled(['first', 'second'].map((name) => run(() => untilCancelled(name)))).then(
      ([first]) => {
        if (first?.status === 'rejected') throw first.reason;
      },
    );
  },
  async twice() {
    const refuses = async (): Promise<void> => {
      for (;;) {
        try {
          if (currentTask()?.getName() === 'second') say('ready');
          await sleep(60_000);
        } catch {
          say('no');
        }
      }
    };
    await Promise.all([run(refuses, { name: 'first' }), run(refuses, { name: 'second' })]);
  },
  signalled() {
    void spawn(() => untilCancelled('the task'));
  },
  async worker() {
    if (isMainThread) {
      const worker = new Worker(new URL(import.meta.url));
      worker.on('message', say);
      await once(worker, 'exit');
      say('the worker has ended');
    } else parentPort?.postMessage(await spawn(() => sleep(1, { result: 'from a worker' })));
  },
};

await programs[manner]?.();
