// The UDP echo server, with our own endpoint and with netcat.

import '../harness.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { openDatagram } from '../../src/asyncio.ts';
import { against, ncMissing, posix, serveExample, stopExample } from './example.ts';

test('udp-echo: every datagram goes back to its sender', { skip: posix }, async () => {
  const { stdout } = await against('udp-echo', async ({ host, port }) => {
    const clients = await Promise.all(
      Array.from({ length: 5 }, () => openDatagram({ remoteAddr: [host, port] })),
    );
    for (let round = 0; round < 20; round++) {
      for (const [index, client] of clients.entries()) {
        await client.send(Buffer.from(`${round} of ${index}`));
        assert.equal(String((await client.receive()).data), `${round} of ${index}`);
      }
    }
    for (const client of clients) {
      client.close();
      await client.waitClosed();
    }
  });
  assert.match(stdout, /^udp echo on 127\.0\.0\.1:\d+\n100 came, 100 went back, 0 dropped\n$/);
});

test('udp-echo: netcat gets its line back', { skip: posix || ncMissing }, async () => {
  const serving = await serveExample('udp-echo');
  const child = spawn('nc', ['-u', serving.host, String(serving.port)]);
  child.stdin.write('hello\n');
  const line = await new Promise((resolve) => child.stdout.once('data', resolve));
  assert.equal(String(line), 'hello\n');
  child.kill();
  await new Promise((resolve) => child.once('close', resolve));
  await stopExample(serving);
});
