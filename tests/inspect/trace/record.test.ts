// record of asyncio-ts/inspect, and `asyncio record`.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import '../../harness.ts';
import { createTask, Event, Lock, run, sleep } from '../../../src/asyncio.ts';
import { record } from '../../../src/inspect/inspect.ts';
import { Ring } from '../../../src/inspect/trace/watchdog/ring.ts';
import { onNode, Program, runProgram } from '../../facade/program.ts';
import { readTrace, scratch, slicesOf } from './traceOf.ts';

const folder = scratch();
const MAIN = new URL('../../../src/cli/main.ts', import.meta.url);
const PROGRAM = fileURLToPath(new URL('./programs/works.ts', import.meta.url));

test('record: what a ring leaves are whole lines, the newest', () => {
  const ring = new Ring(100);
  const lines = Array.from({ length: 40 }, (_, i) => `line ${i} é`);
  for (const line of lines) ring.add(line);
  const left = ring.lines();
  assert.deepEqual(left, lines.slice(-left.length));
  assert.ok(left.length >= 6, String(left.length));
  assert.equal(ring.add('x'.repeat(101)), 0);
  assert.deepEqual(new Ring(ring.memory).lines(), left);
  for (let size = 1; size < 40; size++) {
    const small = new Ring(41);
    for (let i = 0; i < 20; i++) small.add(String(i).padStart(size, '-'));
    assert.equal(small.lines().at(-1), '19'.padStart(size, '-').slice(-Math.max(size, 2)));
  }
});

test('record: the program asks for it, and each record has a file of its own', async () => {
  const file = join(folder, 'asked.json');
  await using recording = record({ file, hang: Infinity });
  await run(async () => {
    const lock = new Lock({ name: 'door' });
    await lock.acquire();
    const task = createTask(async function waits() {
      await lock.acquire();
    });
    await sleep(0);
    assert.equal(recording.write('first'), file);
    lock.release();
    await task;
  });
  assert.equal(recording.write(), join(folder, 'asked-2.json'));
  assert.deepEqual(recording.files, [file, join(folder, 'asked-2.json')]);
  const first = readTrace(file);
  assert.ok(first.complete);
  assert.equal(first.events.at(-1)!.name, 'first');
  assert.equal(slicesOf(first.events).get('waits')!.at(-1), 'waits for Lock "door" (lock.acquire)');
  const second = slicesOf(readTrace(recording.files[1]!).events);
  assert.equal(second.get('waits')!.at(-1), 'running');
});

test('record: what is overwritten leaves the tasks that live, with their names and waits', async () => {
  const file = join(folder, 'lapped.json');
  await using recording = record({ file, hang: Infinity, memory: 65_536, signal: false });
  await run(async () => {
    const lock = new Lock({ name: 'door' });
    await lock.acquire();
    const tasks = Array.from({ length: 20 }, (_, i) =>
      createTask(() => lock.acquire(), { name: `waits ${i}` }),
    );
    const short = createTask(async function gone() {});
    for (let i = 0; i < 3000; i++) await sleep(0);
    recording.write();
    assert.ok(short.done());
    for (const task of tasks) task.cancel();
    await Promise.allSettled(tasks);
  });
  const slices = slicesOf(readTrace(file).events);
  for (const track of ['waits #', 'waits # 20'])
    assert.equal(slices.get(track)?.at(-1), 'waits for Lock "door" (lock.acquire)', track);
  assert.equal(slices.has('gone'), false);
  const steps = slices.get('main')!.length;
  assert.ok(steps > 100 && steps < 3000, String(steps));
});

test('record: goes back as far as it was told', async () => {
  const file = join(folder, 'short.json');
  await using recording = record({ file, hang: Infinity, last: 20, signal: false });
  await run(async () => {
    const go = new Event();
    const waiting = createTask(async function old() {
      await go.wait();
    });
    void createTask(async function early() {});
    await sleep(50);
    recording.write();
    go.set();
    await waiting;
  });
  const { events } = readTrace(file);
  const slices = slicesOf(events);
  assert.equal(slices.has('early'), false);
  assert.deepEqual(slices.get('old')!.slice(1), ['waits for Event (event.wait)']);
  assert.ok(events.every(({ ts }) => ts === undefined || ts >= 0));
});

test('record: bad options, one of a thread, and nothing left behind', async () => {
  const listeners = ['exit', 'SIGUSR2'].map((name) => process.listenerCount(name));
  const one = record({ file: join(folder, 'never.json'), hang: 60_000 });
  assert.throws(() => record(), { code: 'ERR_ASYNCIO_USAGE' });
  await one.stop();
  await one.stop();
  for (const options of [
    null,
    { file: '' },
    { memory: 1 },
    { memory: 1.5 },
    { last: 0 },
    { hang: -1 },
    { hang: 'x' },
    { signal: 'USR2' },
  ])
    assert.throws(
      () => record(options as never),
      { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' },
      JSON.stringify(options),
    );
  assert.deepEqual(
    ['exit', 'SIGUSR2'].map((name) => process.listenerCount(name)),
    listeners,
  );
  assert.equal(existsSync(join(folder, 'never.json')), false);
});

test('asyncio record: the program fails', async () => {
  const file = join(folder, 'fails.json');
  const { code, stderr } = await runProgram(MAIN, ['record', PROGRAM, '-o', file, '--', 'fails']);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /it went wrong[^]*asyncio: the process ends with code 1; the last 30 s are in .*fails\.json/,
  );
  assert.ok(readTrace(file).events.some(({ name }) => name === 'failed: Error: it went wrong'));
});

test('asyncio record: the program gets the signal, and goes on', async () => {
  const file = join(folder, 'signalled.json');
  const args = ['record', PROGRAM, '-o', file, '--', 'signalled', file];
  const { code, stderr } = await runProgram(MAIN, args);
  assert.equal(code, 0, stderr);
  assert.equal(readTrace(file).events.at(-1)!.name, 'the process got SIGUSR2');
});

test('asyncio record: the loop hangs, and another thread says where', async () => {
  const file = join(folder, 'hangs.json');
  const written = join(folder, 'hangs-hang.json');
  const args = ['record', PROGRAM, '-o', file, '--hang', '200', '--', 'hangs', written];
  const { code, stderr } = await runProgram(MAIN, args);
  assert.equal(code, 0, stderr);
  const text = onNode
    ? /^asyncio: the loop has been stuck for 0\.2 s in main at (spin|main) \(.*works\.ts:\d+:\d+\)\n[^]*  The last 30 s are in .*hangs-hang\.json\n$/
    : /^asyncio: the loop has been stuck for 0\.2 s/;
  assert.match(stderr, text);
  assert.ok(slicesOf(readTrace(written).events).has('main'));
});

test('asyncio record: a hang is told, also where its record can not be written', async () => {
  const done = join(folder, 'seen');
  mkdirSync(join(folder, 'full-hang.json'));
  const args = ['record', PROGRAM, '-o', join(folder, 'full.json'), '--hang', '200', '--', 'hangs', done];
  const program = new Program(MAIN, args);
  await program.printed('EISDIR');
  writeFileSync(done, '');
  const { code, stderr } = await program.ended;
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^asyncio: the loop has been stuck for 0\.2 s[^]*  The record could not be written: EISDIR.*\n$/,
  );
});

test('asyncio record: a folder that is not there is told at once', async () => {
  const file = join(folder, 'nowhere', 'r.json');
  const { code, stderr } = await runProgram(MAIN, ['record', PROGRAM, '-o', file, '--', 'fails']);
  assert.equal(code, 1);
  assert.match(stderr, /^asyncio: cannot write .*r\.json: ENOENT[^\n]*\n$/);
});

test('asyncio record: a program that ends well writes nothing', async () => {
  const file = join(folder, 'well.json');
  const { code, stderr } = await runProgram(MAIN, ['record', PROGRAM, '-o', file]);
  assert.deepEqual([code, stderr, existsSync(file)], [0, '', false]);
  const bad = await runProgram(MAIN, ['record', PROGRAM, '--hang', 'soon']);
  assert.match(bad.stderr, /--hang takes milliseconds, not "soon"/);
});
