// Every public object prints as one line that says what it is and its state: in console.log, in a template string, and
// in JSON.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { inspect } from 'node:util';
import * as A from '../../src/asyncio.ts';
import { ParkingLot } from '../../src/lowlevel.ts';
import '../harness.ts';

test('print: tasks, futures, groups, scopes, contexts and what else a program holds', async () => {
  const printed: [unknown, string | RegExp][] = [];
  const runner = new A.Runner();
  printed.push([runner, '<Runner idle>']);
  await A.run(
    async () => {
      const loop = A.getRunningLoop();
      const user = new A.ContextVar<string>('user');
      const context = new A.Context();
      context.run(() => user.set('ada'));
      const lock = new A.Lock({ name: 'db' });
      const guard = await lock.acquire();
      await A.taskGroup(async (group) => {
        await A.timeout(60_000, async (timeout) => {
          const task = group.createTask(() => A.sleep(1), { name: 'worker' });
          const now: [unknown, string | RegExp][] = [
            [task, '<Task worker pending>'],
            [group, '<TaskGroup entered tasks=1>'],
            [timeout, /^<Timeout \[active\] when=[\d.]+>$/],
          ];
          for (const each of now) check(...each);
        });
      });
      printed.push(
        [loop, '<EventLoop running>'],
        [loop.createFuture(), '<Future pending>'],
        [context, '<Context [<ContextVar user>]>'],
        [user, '<ContextVar user>'],
        [lock, '<Lock "db" locked>'],
        [guard, '<Guard of <Lock "db" locked>>'],
        [new A.Semaphore(2), '<Semaphore unlocked value=2>'],
        [new A.CancelScope(), '<CancelScope new>'],
        [new A.Queue(3), '<Queue maxsize=3>'],
        [new A.SSLContext('client'), /^<SSLContext client /],
        [new ParkingLot(), /^<ParkingLot /],
      );
      for (const each of printed) check(...each);
    },
    { name: 'main' },
  );
  await runner.close();
  assert.equal(`${String(runner)}`, '<Runner closed>');
});

test('print: what a connection is made of', async () => {
  await A.run(async () => {
    const server = await A.startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
    const [reader, writer] = await A.openConnection('127.0.0.1', server.port);
    const endpoint = await A.openDatagram({ localAddr: ['127.0.0.1', 0] });
    check(server, /^<StreamServer 127\.0\.0\.1:\d+ connections=\d handlers=\d>$/);
    check(reader, /^<StreamReader transport=<\w+ .*open, reading/);
    check(reader.chunks(), /^<StreamIterator of <StreamReader /);
    check(writer, /^<StreamWriter -> 127\.0\.0\.1:\d+>$/);
    check(writer.transport, /^<\w+Transport .*127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+ open, reading/);
    check(endpoint, /^<DatagramEndpoint 127\.0\.0\.1:\d+ open queued=0>$/);
    endpoint.close();
    await endpoint.waitClosed();
    writer.close();
    await writer.waitClosed();
    await server.shutdown();
  });
});

function check(value: unknown, wanted: string | RegExp): void {
  for (const text of [String(value), inspect(value)]) {
    if (typeof wanted === 'string') assert.equal(text, wanted);
    else assert.match(text, wanted);
  }
}
