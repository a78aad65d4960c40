// A program that works under fake timers which were installed after the import. Arguments: whose fakes, and what
// is done under them, one thing after the other; it prints a line for each that was done. A process of its own, because
// what others hand to a fake nextTick is lost with it.

import assert from 'node:assert/strict';
import { mock } from 'node:test';
import FakeTimers from '@sinonjs/fake-timers';
import {
  createTask,
  gather,
  openConnection,
  Queue,
  run,
  sleep,
  startServer,
  timeout,
  TimeoutError,
} from '../../../src/asyncio.ts';
import { runTest } from '../../../src/testing/testing.ts';

type Config = NonNullable<Parameters<typeof FakeTimers.install>[0]>;

function sinon(config?: Config): () => void {
  const clock = FakeTimers.install(config);
  return () => clock.uninstall();
}

const fakes: Record<string, () => () => void> = {
  jest: () => sinon(),
  vitest: () =>
    sinon({
      toFake: [
        'setTimeout',
        'clearTimeout',
        'setInterval',
        'clearInterval',
        'setImmediate',
        'clearImmediate',
        'Date',
        'performance',
      ],
    }),
  clocks: () => sinon({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance', 'hrtime'] }),
  'node:test': () => {
    mock.timers.enable();
    return () => mock.timers.reset();
  },
};

/** Tasks, queues, more turns than one budget lasts, timers and a deadline. */
async function tasks(): Promise<void> {
  assert.deepEqual(
    await gather(
      async () => 1,
      () => sleep(1, { result: 2 }),
    ),
    [1, 2],
  );
  const queue = new Queue<number>();
  const item = createTask(() => queue.get());
  await sleep(0);
  queue.putNowait(3);
  assert.equal(await item, 3);
  for (let turn = 0; turn < 3000; turn++) await sleep(0);
  await assert.rejects(
    timeout(1, () => sleep(60_000)),
    TimeoutError,
  );
}

async function connections(): Promise<void> {
  const server = await startServer(
    async (reader, writer) => {
      writer.write(await reader.readline());
      await writer.drain();
    },
    '127.0.0.1',
    0,
  );
  const [reader, writer] = await openConnection('127.0.0.1', server.port);
  writer.write(Buffer.from('line\n'));
  assert.equal(String(await reader.readline()), 'line\n');
  writer.close();
  await writer.waitClosed();
  await server.shutdown();
}

const [, , whose = '', ...whats] = process.argv;
const install = fakes[whose] as () => () => void;

async function installedInside(body: () => Promise<void>): Promise<void> {
  const uninstall = install();
  try {
    await body();
  } finally {
    uninstall();
  }
}

const works: Record<string, () => Promise<void>> = {
  'tasks, installed while a loop runs': () => run(() => installedInside(tasks)),
  'tasks, installed before a loop runs': () => installedInside(() => run(tasks)),
  'connections on the selector': () => run(() => installedInside(connections), { backend: 'selector' }),
  'connections on the host': () => run(() => installedInside(connections), { backend: 'host' }),
  'virtual time': () =>
    installedInside(() =>
      runTest(async ({ clock }) => {
        await sleep(3_600_000);
        await clock.advance(1000);
        assert.equal(clock.now(), 3_601_000);
      }),
    ),
};
for (const what of whats) {
  await works[what]?.();
  console.log(`done: ${what}`);
}
