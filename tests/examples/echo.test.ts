// The two echo servers, with a client of ours, with netcat, and by Ctrl-C with clients connected.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gather, sleep } from '../../src/asyncio.ts';
import { against, Client, interrupt, nc, ncMissing, posix, serveExample, stopExample } from './example.ts';

for (const name of ['echo-protocol', 'echo-streams']) {
  test(`${name}: fifty clients at once get every line back`, { skip: posix }, async () => {
    const { stdout } = await against(name, async (serving) => {
      const talk = async (n: number): Promise<void> => {
        const client = await Client.connect(serving);
        for (let i = 0; i < 20; i++) {
          await client.say(`line ${i} of ${n}`);
          assert.equal(await client.hear(), `line ${i} of ${n}`);
        }
        await client.leave();
      };
      await gather(Array.from({ length: 50 }, (_, n) => () => talk(n)));
    });
    assert.match(stdout, /^echo on 127\.0\.0\.1:\d+, (selector|host) backend \(.+\)\n$/);
  });

  test(`${name}: a client that sends a megabyte before it reads`, { skip: posix }, async () => {
    await against(name, async (serving) => {
      const client = await Client.connect(serving);
      const sent = Buffer.from(`${'x'.repeat(999)}\n`.repeat(1000));
      const back = async (): Promise<Buffer> => {
        await sleep(50);
        return await client.reader.readExactly(sent.length);
      };
      const [received] = await gather(back, async () => {
        client.writer.write(sent);
        await client.writer.drain();
      });
      assert.ok(sent.equals(received));
      await client.leave();
    });
  });

  test(`${name}: half-closed by netcat it answers, then closes`, { skip: posix || ncMissing }, async () => {
    const serving = await serveExample(name);
    assert.equal(await nc(serving, 'one\ntwo\nwithout an end'), 'one\ntwo\nwithout an end');
    await stopExample(serving);
  });

  test(`${name}: Ctrl-C closes the connections of clients that say nothing`, { skip: posix }, async () => {
    await against(name, async (serving) => {
      const clients = await gather(Array.from({ length: 3 }, () => () => Client.connect(serving)));
      await clients[0]?.say('here');
      assert.equal(await clients[0]?.hear(), 'here');
      interrupt(serving);
      for (const client of clients) {
        assert.equal(await client.hear(), '');
        await client.leave();
      }
    });
  });
}

test('echo-streams: a line without an end is refused', { skip: posix }, async () => {
  await against('echo-streams', async (serving) => {
    const client = await Client.connect(serving);
    client.writer.write(Buffer.alloc(200_000, 'x'));
    assert.equal(await client.hear(), 'that line is too long');
    client.writer.transport.abort();
  });
});
