// trace of asyncio-ts/inspect, and `asyncio trace`.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import '../../harness.ts';
import { createTask, Event, Lock, Queue, run, sleep, taskGroup, timeout } from '../../../src/asyncio.ts';
import { trace } from '../../../src/inspect/inspect.ts';
import { joinTrace } from '../../../src/inspect/trace/trace.ts';
import { onNode, runProgram } from '../../facade/program.ts';
import { readTrace, scratch, slicesOf } from './traceOf.ts';
import type { ChromeEvent } from './traceOf.ts';

const folder = scratch();
const MAIN = new URL('../../../src/cli/main.ts', import.meta.url);
const PROGRAM = fileURLToPath(new URL('./programs/works.ts', import.meta.url));
let count = 0;

async function traced(main: () => Promise<unknown>): Promise<ChromeEvent[]> {
  const file = join(folder, `${++count}.json`);
  {
    using _ = trace({ file });
    await run(main);
  }
  const { events, complete } = readTrace(file);
  assert.ok(complete);
  return events;
}

/** Without `ready`, which depends on how fast the machine is. */
const withoutReady = (slices: readonly string[] = []): string[] =>
  slices.filter((name) => name !== 'ready');

test('trace: a task is a track, with its steps and what it waited for', async () => {
  const events = await traced(async () => {
    const lock = new Lock({ name: 'door' });
    await lock.acquire();
    const task = createTask(async function comes() {
      await lock.with(() => sleep(1));
    });
    await sleep(0);
    lock.release();
    await task;
  });
  const slices = slicesOf(events);
  assert.deepEqual(withoutReady(slices.get('comes')), [
    `${slices.get('comes')![0]}`,
    'running',
    'waits for Lock "door" (lock.acquire)',
    'running',
    'waits for sleep',
    'running',
  ]);
  assert.match(slices.get('comes')![0]!, /^Task-\d+ \(comes\)$/);
  assert.equal(slices.get('main')![0], 'main');
});

test('trace: arrows lead from who started and who woke a task to its steps', async () => {
  const events = await traced(async () => {
    const queue = new Queue<number>();
    await taskGroup(async (group) => {
      group.startSoon(async function reads() {
        await queue.get();
      });
      await sleep(0);
      queue.putNowait(1);
    });
  });
  const tracks = new Map(
    events.filter(({ name }) => name === 'thread_name').map(({ tid, args }) => [tid, args!['name']]),
  );
  const arrows = events
    .filter(({ ph }) => ph === 's')
    .map((from) => {
      const to = events.find(({ ph, id }) => ph === 'f' && id === from.id)!;
      assert.ok(to.ts >= from.ts);
      return `${from.name} ${tracks.get(from.tid)} ${tracks.get(to.tid)}`;
    });
  assert.deepEqual(arrows, ['started main reads', 'woken main reads', 'woken reads main']);
});

test('trace: a cancel, and what a task does under it', async () => {
  const events = await traced(async () => {
    const task = createTask(async function stops() {
      try {
        await new Event().wait();
      } finally {
        await sleep(1);
      }
    });
    await sleep(0);
    task.cancel();
    await Promise.allSettled([task]);
  });
  const slices = withoutReady(slicesOf(events).get('stops'));
  assert.deepEqual(slices.slice(2), [
    'waits for Event (event.wait)',
    'cancelling',
    'cancelling, waits for sleep',
    'cancelling',
  ]);
  assert.ok(events.some(({ name, ph }) => ph === 'i' && name === 'cancel asked'));
  assert.ok(events.some(({ ph, args }) => ph === 'E' && args?.['outcome'] === 'cancelled'));
});

test('trace: an error stands on the track, as the program has written it', async () => {
  const text = 'a "quote", a \\, a \n and </script>\u2028';
  const events = await traced(async () => {
    const task = createTask(
      async function fails() {
        throw new Error(text);
      },
      { name: text },
    );
    await Promise.allSettled([task]);
  });
  assert.ok(events.some(({ name }) => name === `failed: Error: ${text}`));
  assert.ok(events.some(({ name }) => name === `${text} (fails)`));
});

test('trace: a track is used again, and there are as many as tasks at once', async () => {
  const events = await traced(async () => {
    for (let round = 0; round < 50; round++) {
      await taskGroup(async (group) => {
        for (let i = 0; i < 2; i++) group.startSoon(() => sleep(0), { name: `request ${round * 2 + i}` });
      });
    }
  });
  const names = events.filter(({ name }) => name === 'thread_name').map(({ args }) => args!['name']);
  assert.deepEqual(names, ['main', 'request #', 'request # 2', 'close']);
  assert.equal(
    slicesOf(events)
      .get('request #')!
      .filter((name) => name.startsWith('request ')).length,
    50,
  );
});

test('trace: plots of the loop', async () => {
  const events = await traced(() => timeout(1000, () => sleep(1)));
  const plots = new Set(events.filter(({ ph }) => ph === 'C').map(({ name }) => name));
  assert.ok(plots.has('loop delay') && plots.has('tasks'));
});

test('trace: one of a thread, bad options, and stopping twice', async () => {
  const file = join(folder, 'one.json');
  const one = trace({ file });
  assert.throws(() => trace({ file }), { code: 'ERR_ASYNCIO_USAGE' });
  one.stop();
  one.stop();
  trace({ file }).stop();
  for (const options of [null, 1, { file: 1 }, { file: '' }, { maxSize: 0 }, { maxSize: Number.NaN }])
    assert.throws(() => trace(options as never), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
  assert.throws(() => trace({ file: join(folder, 'no', 'such', 'folder.json') }), { code: 'ENOENT' });
  assert.equal(process.env['ASYNCIO_TRACE_INTO'], undefined);
});

test('trace: ends at its limit, and the program goes on', async (t) => {
  const said = t.mock.method(process.stderr, 'write', () => true);
  const file = join(folder, 'full.json');
  const full = trace({ file, maxSize: 10_000 });
  let turns = 0;
  await run(async () => {
    for (; turns < 2000; turns++) await sleep(0);
  });
  full.stop();
  assert.equal(turns, 2000);
  assert.equal(said.mock.callCount(), 1);
  assert.match(String(said.mock.calls[0]?.arguments[0]), /has reached 10000 bytes and ends here/);
  assert.ok(readTrace(file).complete);
});

test('asyncio trace: the file, with workers and children', async () => {
  const file = join(folder, 'command.json');
  const { code, stderr } = await runProgram(MAIN, [
    'trace',
    PROGRAM,
    '-o',
    file,
    '--',
    onNode ? 'others' : 'no',
  ]);
  assert.deepEqual([code, stderr], [0, `asyncio: traced into ${file}\n`]);
  const { events } = readTrace(file);
  const processes = events
    .filter(({ name }) => name === 'process_name')
    .map(({ args }) => String(args!['name']));
  assert.equal(processes.length, onNode ? 2 : 1);
  for (const name of processes) assert.match(name, /^\w+ works\.ts \(\d+\)$/);
  const tracks = [...slicesOf(events).keys()];
  assert.equal(tracks.filter((name) => name === 'inside').length, 1);
  assert.equal(new Set(events.map(({ pid }) => pid)).size, processes.length);
  assert.equal(
    tracks.some((name) => /^worker \d+: inside$/.test(name)),
    onNode,
  );
});

test(
  'asyncio trace: a program that is killed leaves what it did',
  { skip: !onNode && 'Node alone' },
  async () => {
    const file = join(folder, 'killed.json');
    const { signal } = await runProgram(MAIN, ['trace', PROGRAM, '-o', file, '--', 'killed']);
    assert.equal(signal, 'SIGKILL');
    const { events, complete } = readTrace(file);
    assert.equal(complete, false);
    assert.ok(slicesOf(events).get('inside')!.length > 1);
  },
);

test('asyncio trace: the exit code is the program’s, and a bad line is told', async () => {
  const file = join(folder, 'fails.json');
  const failed = await runProgram(MAIN, ['trace', PROGRAM, '-o', file, '--', 'fails']);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /it went wrong/);
  assert.ok(readTrace(file).events.some(({ name }) => name === 'failed: Error: it went wrong'));
  const bad = await runProgram(MAIN, ['trace', PROGRAM, '-o', join(folder, 'no', 'way.json')]);
  assert.deepEqual([bad.code, bad.stdout], [1, '']);
  assert.match(bad.stderr, /^asyncio: cannot write .*way\.json: /);
});

const noFull = existsSync('/dev/full') ? false : 'there is no /dev/full';
test('trace: a disk that is full ends the trace, and not the program', { skip: noFull }, async (t) => {
  const { mock } = t.mock.method(process.stderr, 'write', () => true);
  process.env['ASYNCIO_TRACE_INTO'] = '0 1000000000 /dev/full';
  try {
    using joined = joinTrace();
    assert.ok(joined !== undefined);
    await run(() =>
      taskGroup(async (group) => {
        for (let count = 0; count < 1000; count++) group.startSoon(() => sleep(0));
      }),
    );
    assert.equal(joined.written, 0);
  } finally {
    delete process.env['ASYNCIO_TRACE_INTO'];
  }
  assert.deepEqual(mock.callCount(), 1);
  assert.match(
    String(mock.calls[0]?.arguments[0]),
    /^asyncio: the trace can't be written \(.*no space left on device.*\) and ends here: \/dev\/full\n$/i,
  );
});
