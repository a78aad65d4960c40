// The chat server: rooms and names, a client that never reads, clients that vanish, Ctrl-C.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { against, Client, interrupt, nc, ncMissing, posix, serveExample, stopExample } from './example.ts';
import type { Serving } from './example.ts';

async function enter(serving: Serving): Promise<Client> {
  const client = await Client.connect(serving);
  assert.match(await client.hear(), /^\* welcome, guest\d+; you are in lobby$/);
  return client;
}

test('lines go to the room and not to other rooms, names are single', { skip: posix }, async () => {
  await against('chat-server', async (serving) => {
    const ada = await enter(serving);
    const bob = await enter(serving);
    assert.equal(await ada.hear(), '* guest2 came');
    await ada.say('/nick ada');
    for (const client of [ada, bob]) assert.equal(await client.hear(), '* guest1 is now ada');
    await bob.say('/nick ada');
    assert.equal(await bob.hear(), '* ada is taken');
    await bob.say('hello \x1b[31m there');
    assert.equal(await ada.hear(), '<guest2> hello [31m there');
    await bob.say('/join attic');
    assert.equal(await bob.hear(), '* guest2 came');
    assert.equal(await ada.hear(), '* guest2 left for attic');
    await bob.say('nobody hears this');
    await bob.say('/who');
    assert.equal(await bob.hear(), '* in attic: guest2');
    await ada.say('/who');
    assert.equal(await ada.hear(), '* in lobby: ada');
    await ada.say('/what');
    assert.match(await ada.hear(), /^\* \/nick NAME/);
    await bob.say('/quit');
    assert.equal(await bob.hear(), '');
    await ada.leave();
    await bob.leave();
  });
});

test('a client that never reads holds up nobody, and is told what it missed', { skip: posix }, async () => {
  await against('chat-server', async (serving) => {
    const deaf = await enter(serving);
    deaf.writer.transport.pauseReading();
    const [speaker, listener] = [await enter(serving), await enter(serving)];
    assert.equal(await speaker.hear(), '* guest3 came');
    const rounds = 12_000;
    const text = 'x'.repeat(900);
    for (let i = 0; i < rounds; i += 50) {
      for (let n = i; n < i + 50; n++) speaker.writer.write(Buffer.from(`${n} ${text}\n`));
      for (let n = i; n < i + 50; n++) assert.equal(await listener.hear(), `<guest2> ${n} ${text}`);
    }
    deaf.writer.transport.resumeReading();
    let heard = 0;
    let line = await deaf.hear();
    for (; !line.startsWith('* you were'); line = await deaf.hear()) heard += line.includes(text) ? 1 : 0;
    assert.match(line, /^\* you were too slow: \d+ lines missed$/);
    const missed = Number(/\d+/.exec(line)?.[0]);
    assert.ok(missed > 0, line);
    assert.equal(heard + missed, rounds);
    for (const client of [deaf, speaker, listener]) await client.leave();
  });
});

test('clients that vanish are nothing to report; a line too long is refused', { skip: posix }, async () => {
  const { stdout } = await against('chat-server', async (serving) => {
    const stays = await enter(serving);
    for (let i = 0; i < 5; i++) {
      const client = await enter(serving);
      client.writer.transport.abort();
      assert.match(await stays.hear(), /came$/);
      assert.match(await stays.hear(), /went$/);
    }
    await stays.say('x'.repeat(5000));
    assert.equal(await stays.hear(), '* too long, 1000 bytes are the most');
    await stays.leave();
  });
  assert.match(stdout, /^chat on 127\.0\.0\.1:\d+\n$/);
});

test('Ctrl-C says good-bye', { skip: posix }, async () => {
  await against('chat-server', async (serving) => {
    const client = await enter(serving);
    interrupt(serving);
    assert.equal(await client.hear(), '* the server goes down, good-bye');
    assert.equal(await client.hear(), '');
    await client.leave();
  });
});

test('netcat chats', { skip: posix || ncMissing }, async () => {
  const serving = await serveExample('chat-server');
  const said = await nc(serving, '/nick eve\n/who\n');
  assert.equal(said, '* welcome, guest1; you are in lobby\n* guest1 is now eve\n* in lobby: eve\n');
  await stopExample(serving);
});
