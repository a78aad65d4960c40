// whenHungUp: a peer that goes away is noticed while nothing is read.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Event, InvalidArgumentError, openConnection, run, sleep, startServer } from '../../src/asyncio.ts';
import type { StreamWriter } from '../../src/asyncio.ts';
import { chooseBackend, whenHungUp } from '../../src/lowlevel.ts';

const skip = chooseBackend().name !== 'selector' && 'only sockets of the selector backend see it';

/** A connection whose server's end does not read. */
async function resting(
  body: (server: StreamWriter, client: StreamWriter) => Promise<unknown>,
): Promise<void> {
  await run(async () => {
    const [came, done] = [new Event(), new Event()];
    let server: StreamWriter | undefined;
    await using listener = await startServer(
      async (_reader, writer) => {
        server = writer;
        writer.transport.pauseReading();
        came.set();
        await done.wait();
      },
      '127.0.0.1',
      0,
    );
    const [, client] = await openConnection('127.0.0.1', listener.port);
    client.write(Buffer.from('bytes that nobody reads'));
    await came.wait();
    await body(server as StreamWriter, client);
    done.set();
    client.transport.abort();
    server?.transport.abort();
  });
}

for (const [how, leave] of [
  ['ends its half', (client: StreamWriter) => client.writeEof()],
  ['closes', (client: StreamWriter) => client.transport.close()],
] as const)
  test(`whenHungUp: told once when the peer ${how}`, { skip }, async () => {
    await resting(async (server, client) => {
      const told: string[] = [];
      const all = new Event();
      whenHungUp(server.transport, () => void told.push('one'));
      const forget = whenHungUp(server.transport, () => void told.push('never'));
      whenHungUp(server.transport, () => {
        told.push('two');
        all.set();
      });
      forget();
      leave(client);
      await all.wait();
      await sleep(1);
      assert.deepEqual(told, ['one', 'two']);
      server.transport.resumeReading();
      await sleep(1);
      assert.deepEqual(told, ['one', 'two']);
    });
  });

test(
  'whenHungUp: nothing is told after the transport was closed, nor of a peer that only writes',
  { skip },
  async () => {
    await resting(async (server, client) => {
      whenHungUp(server.transport, () => assert.fail('told'));
      client.write(Buffer.alloc(1000));
      await sleep(2);
      server.transport.abort();
      client.transport.abort();
      await sleep(2);
      whenHungUp(server.transport, () => assert.fail('told'))();
    });
  },
);

test('whenHungUp: refuses what is no transport, and no function', () => {
  assert.throws(() => whenHungUp({} as never, () => {}), InvalidArgumentError);
});
