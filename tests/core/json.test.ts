// JSON.stringify of what leads to its loop: what printing shows, since the rest goes round in circles.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  copyContext,
  createTask,
  Event,
  gather,
  getRunningLoop,
  Lock,
  openConnection,
  Queue,
  Semaphore,
  shield,
  sleep,
  startServer,
} from '../../src/asyncio.ts';
import '../harness.ts';
import { onBackends } from '../net/onBackends.ts';
import { inLoop } from '../inLoop.ts';

const json = (value: unknown): unknown => JSON.parse(JSON.stringify({ value })).value as unknown;

test(
  'JSON.stringify: futures, tasks, waits and handles',
  inLoop(async () => {
    const loop = getRunningLoop();
    const future = loop.createFuture<number>();
    const task = createTask(async () => await future, { name: 'worker' });
    const kept = shield(task);
    const all = gather([kept]);
    const handle = loop.callLater(60_000, function later(_: unknown) {}, { task });
    await sleep(0);
    assert.equal(json(future), '<Future pending>');
    assert.equal(json(task), '<Task worker pending wait_for=<Future pending>>');
    for (const pending of [kept, all, new Event().wait(), new Queue().get()])
      assert.equal(json(pending), '<Future pending>');
    assert.match(String(json(handle)), /^<TimerHandle later when=/);
    assert.equal(json(loop), '<EventLoop running>');
    future.setResult(1);
    await all;
    assert.equal(json(task), '<Task worker finished result=1>');
    handle.cancel();
    // A record with a future in it, as a logger is given it.
    assert.deepEqual(json({ event: 'done', task }), {
      event: 'done',
      task: '<Task worker finished result=1>',
    });
    for (const one of [new Lock(), new Semaphore(), new Queue(), copyContext()])
      assert.doesNotThrow(() => JSON.stringify(one));
  }),
);

onBackends('JSON.stringify: readers, writers, transports, protocols, servers', async () => {
  const server = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
  const [reader, writer] = await openConnection('127.0.0.1', server.port);
  assert.match(String(json(reader)), /^<StreamReader transport=<\w+ .*open, reading/);
  assert.match(String(json(writer)), /^<StreamWriter -> 127\.0\.0\.1:/);
  assert.match(String(json(writer.transport)), /^<\w+ .*open, reading/);
  assert.match(String(json(writer.transport.getProtocol())), /^<StreamReaderProtocol connected>/);
  assert.match(String(json(server)), /^<StreamServer 127\.0\.0\.1:\d+ connections=\d handlers=\d>/);
  writer.close();
  await writer.waitClosed();
  await server.shutdown();
});
