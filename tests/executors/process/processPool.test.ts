// ProcessPoolExecutor: what concurrent.futures asks of its pools, in our words, and what a real process may do besides:
// it is killed, runs out of memory, exits, is deaf, starts children of its own.

import assert from 'node:assert/strict';
import type * as workModule from './work.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import '../../harness.ts';
import {
  BrokenExecutorError,
  CancelledError,
  createTask,
  gather,
  ProcessPoolExecutor,
  sleep,
  timeout,
  TimeoutError,
  workerModule,
} from '../../../src/asyncio.ts';
import type { ProcessPoolOptions } from '../../../src/asyncio.ts';
import { inLoop, keep } from '../kept.ts';

const work = workerModule<typeof workModule>(import.meta.resolve('./work.mjs'));
const folder = mkdtempSync(join(tmpdir(), 'process-pool-'));
after(() => rmSync(folder, { recursive: true }));

let logs = 0;
function newLog(): string {
  const log = join(folder, `log${(logs += 1)}`);
  writeFileSync(log, '');
  return log;
}

async function begun(log: string): Promise<string> {
  for (;;) {
    const text = readFileSync(log, 'utf8');
    if (text.endsWith('\n')) return text.trim();
    await sleep(2);
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie is there, and no longer runs.
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function gone(pid: number): Promise<void> {
  while (isThere(pid)) await sleep(2);
}

/** A test over a pool that has ended when it ends. */
function withPool(
  options: ProcessPoolOptions,
  body: (pool: ProcessPoolExecutor) => Promise<unknown>,
): () => Promise<void> {
  return inLoop(async () => {
    await body(keep(new ProcessPoolExecutor({ maxWorkers: 1, ...options })));
  });
}

const limited = { timeout: 30_000 };

test(
  'ProcessPoolExecutor.submit: arguments and results are cloned, in a process of its own',
  limited,
  withPool({}, async (pool) => {
    assert.equal(await pool.submit(work.add, 2, 3), 5);
    assert.notEqual(await pool.submit(work.pid), process.pid);
    const value = { map: new Map([[1, 2n]]), bytes: new Uint8Array([1, 2]), date: new Date(5) };
    assert.deepEqual(await pool.submit((it: typeof value) => it, value), value);
  }),
);

test(
  'ProcessPoolExecutor.submit: an error keeps its name, code and cause, and tells both sides',
  limited,
  withPool({}, async (pool) => {
    await assert.rejects(pool.submit(work.fail), (error: Error & { code: string }) => {
      assert.deepEqual([error.name, error.code, error.message], ['OwnError', 'E_OWN', 'mine']);
      assert.ok(error.cause instanceof TypeError);
      assert.match(
        error.stack ?? '',
        /work\.mjs[^]*at process 1 \(pid \d+\) of ProcessPoolExecutor[^]*processPool\.test/,
      );
      return true;
    });
  }),
);

test(
  'ProcessPoolExecutor.map and stream: results in order, items one by one',
  limited,
  withPool({ maxWorkers: 2 }, async (pool) => {
    const sums: number[] = [];
    for await (const sum of pool.map(work.add, [1, 2, 3], [10, 20, 30])) sums.push(sum);
    assert.deepEqual(sums, [11, 22, 33]);
    const items: number[] = [];
    for await (const item of pool.stream(work.count, 1e9)) if (items.push(item) === 40) break;
    assert.deepEqual(
      items,
      Array.from({ length: 40 }, (_, i) => i),
    );
  }),
);

test(
  'ProcessPoolExecutor: initializer, env, cwd',
  limited,
  withPool(
    {
      initializer: work.initialize,
      initargs: ['ready'] as never,
      env: { ...process.env, OWN: 'yes' },
      cwd: folder,
    },
    async (pool) => {
      assert.equal(await pool.submit(work.wasInitialized), 'ready');
      const [own, cwd] = await pool.submit(work.environment, 'OWN');
      assert.deepEqual([own, cwd], ['yes', folder]);
    },
  ),
);

test(
  'ProcessPoolExecutor: an initializer that fails breaks the calls that wait, with its error as the cause',
  limited,
  withPool({ initializer: work.cannotInitialize }, async (pool) => {
    await assert.rejects(pool.submit(work.pid), (error) => {
      assert.ok(error instanceof BrokenExecutorError);
      assert.equal((error.cause as Error).message, 'no licence');
      return true;
    });
  }),
);

test(
  'ProcessPoolExecutor: maxTasksPerChild replaces a process after so many calls',
  limited,
  withPool({ maxTasksPerChild: 2 }, async (pool) => {
    const pids: number[] = [];
    for (let i = 0; i < 6; i += 1) pids.push(await pool.submit(work.pid));
    assert.equal(new Set(pids).size, 3);
    assert.deepEqual([pids[0], pids[2], pids[4]], [pids[1], pids[3], pids[5]]);
  }),
);

test(
  'ProcessPoolExecutor: maxTasksPerChild with calls that wait, one that fails, and a shutdown before they begin',
  limited,
  inLoop(async () => {
    for (const [maxWorkers, maxTasksPerChild, count, waits] of [
      [1, 2, 4, true],
      [2, 1, 3, false],
    ] as const) {
      const pool = keep(new ProcessPoolExecutor({ maxWorkers, maxTasksPerChild }));
      const failing = pool.submit(work.fail);
      const sums = Array.from({ length: count }, (_, i) => pool.submit(work.add, i, i));
      await pool.shutdown({ wait: waits });
      await assert.rejects(failing, { name: 'OwnError' });
      assert.deepEqual(
        await gather(sums),
        sums.map((_, i) => 2 * i),
      );
      while (pool.statistics().workers > 0) await sleep(2);
    }
  }),
);

test(
  'ProcessPoolExecutor: a cancel reaches a loop that never waits, by checkCancelled, and the process stays',
  limited,
  withPool({ grace: Infinity }, async (pool) => {
    const pid = await pool.submit(work.pid);
    for (let i = 0; i < 3; i += 1) {
      const log = newLog();
      const call = pool.submit(work.spin, log);
      await begun(log);
      call.cancel('enough');
      await assert.rejects(call, CancelledError);
      assert.equal(await pool.submit(work.pid), pid);
    }
  }),
);

test(
  'ProcessPoolExecutor: a cancel aborts the signal of work that waits',
  limited,
  withPool({ grace: Infinity }, async (pool) => {
    const log = newLog();
    const task = createTask(async () => await pool.submit(work.wait, log));
    await begun(log);
    task.cancel();
    await assert.rejects(task, CancelledError);
    assert.equal(readFileSync(log, 'utf8'), 'begun\naborted\n');
  }),
);

test(
  'ProcessPoolExecutor: work that is deaf is ended after the grace time, and its neighbour goes on',
  limited,
  withPool({ grace: 50, maxWorkers: 2 }, async (pool) => {
    const log = newLog();
    const neighbour = newLog();
    const waiting = pool.submit(work.wait, neighbour);
    await begun(neighbour);
    const deaf = timeout(1, async () => {
      await pool.submit(work.deaf, log);
    });
    await assert.rejects(deaf, TimeoutError);
    assert.equal(waiting.done(), false);
    assert.equal(await pool.submit(work.add, 1, 1), 2);
    waiting.cancel();
    await assert.rejects(waiting, CancelledError);
  }),
);

test(
  'ProcessPoolExecutor: what work has started is ended with it',
  { ...limited, skip: process.platform === 'win32' },
  withPool({ grace: 0 }, async (pool) => {
    const log = newLog();
    const call = pool.submit(work.withChild, log);
    const child = Number((await begun(log)).split(' ')[1]);
    assert.ok(isThere(child));
    call.cancel();
    await assert.rejects(call, CancelledError);
    await gone(child);
  }),
);

for (const [name, submit, how] of [
  [
    'is killed',
    (pool: ProcessPoolExecutor) => pool.submit(work.die, 'SIGKILL'),
    /was ended by SIGKILL while it ran die/,
  ],
  [
    'exits',
    (pool: ProcessPoolExecutor) => pool.submit(work.exit, 3),
    /was ended by process\.exit\(3\) while it ran exit/,
  ],
  [
    'dies of an error',
    (pool: ProcessPoolExecutor) => pool.submit(work.crash),
    /died of an error that nobody caught while it ran crash/,
  ],
] as const) {
  test(
    `ProcessPoolExecutor: a process that ${name} is a BrokenExecutorError, and the pool heals`,
    limited,
    withPool({ maxWorkers: 2 }, async (pool) => {
      const log = newLog();
      const neighbour = pool.submit(work.wait, log);
      await begun(log);
      await assert.rejects(submit(pool), (error) => {
        assert.ok(error instanceof BrokenExecutorError);
        assert.match(error.message, how);
        if (name === 'dies of an error') assert.ok(error.cause instanceof RangeError);
        return true;
      });
      assert.equal(await pool.submit(work.add, 1, 2), 3);
      neighbour.cancel();
      await assert.rejects(neighbour, CancelledError);
    }),
  );
}

test(
  'ProcessPoolExecutor: a process that runs out of memory is a BrokenExecutorError',
  { ...limited, skip: 'Bun' in globalThis || 'Deno' in globalThis ? 'a flag of Node' : false },
  withPool({ execArgv: ['--max-old-space-size=20'] }, async (pool) => {
    await assert.rejects(pool.submit(work.hog), /SIGABRT, as when it runs out of memory/);
  }),
);

test(
  'ProcessPoolExecutor: cancelled before it begins, twice, and in the turn in which it ends',
  limited,
  withPool({}, async (pool) => {
    const log = newLog();
    const running = pool.submit(work.spin, log);
    const queued = pool.submit(work.add, 1, 1);
    await begun(log);
    assert.equal(queued.cancel(), true);
    await assert.rejects(queued, CancelledError);
    running.cancel('first');
    running.cancel('second');
    await assert.rejects(running, (error: Error) => error.message === 'second');
    const quick = pool.submit(work.add, 1, 1);
    quick.addDoneCallback(() => assert.equal(quick.cancel(), false));
    assert.equal(await quick, 2);
  }),
);

test(
  'ProcessPoolExecutor.shutdown: waits for what was submitted, and no process is left',
  limited,
  inLoop(async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 2 });
    const pids = gather([pool.submit(work.pid), pool.submit(work.pid)]);
    await pool.shutdown();
    for (const pid of await pids) assert.equal(isThere(pid), false);
    assert.throws(() => pool.submit(work.pid), /was shut down/);
  }),
);

test(
  'ProcessPoolExecutor: children end when their parent is killed, idle or computing',
  limited,
  async () => {
    const log = newLog();
    const flags =
      'Deno' in globalThis
        ? ['run', '--allow-all']
        : process.execArgv.filter((flag) => !flag.startsWith('--test'));
    const parent = spawn(
      process.execPath,
      [...flags, fileURLToPath(new URL('./parent.ts', import.meta.url)), log],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    assert.ok(pids.length === 2 && pids.every(isThere));
    parent.kill('SIGKILL');
    await once(parent, 'close');
    while (pids.some(isThere)) await new Promise((resolve) => setTimeout(resolve, 2));
  },
);

// asyncio: test_get_event_loop_new_process
test(
  'ProcessPoolExecutor: a process has no loop, and may run one of its own',
  limited,
  withPool({}, async (pool) => {
    assert.deepEqual(await pool.submit(work.loops), [false, true]);
  }),
);

test('ProcessPoolExecutor: options that make no sense are refused', () => {
  for (const options of [
    { maxTasksPerChild: 0 },
    { execArgv: 'x' },
    { cwd: 5 },
    { env: 'A=1' },
    { initargs: 1 },
  ])
    assert.throws(() => new ProcessPoolExecutor(options as never), {
      code: 'ERR_ASYNCIO_INVALID_ARGUMENT',
    });
});
