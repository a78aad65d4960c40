// The chat over WebSockets, with our own client; a browser talks to it in tests/browser.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectWebSocket, WebSocketHandshakeError } from '../../src/http/http.ts';
import type { WebSocketConnection } from '../../src/http/http.ts';
import { against, interrupt, posix } from './example.ts';

interface Heard {
  readonly kind: string;
  readonly name: string;
  readonly text?: string;
  readonly people: number;
  readonly mine: boolean;
}

test(
  'web-chat: lines go to all, late ones see the last, Ctrl-C closes in good order',
  { skip: posix },
  async () => {
    await against('web-chat', async (serving) => {
      const { host, port } = serving;
      const enter = (
        name: string,
        origin: string = `http://${host}:${port}`,
      ): Promise<WebSocketConnection> =>
        connectWebSocket(`ws://${host}:${port}/chat?name=${name}`, { headers: { origin } });
      const hear = async (socket: WebSocketConnection): Promise<unknown[]> => {
        const { kind, name, text, people, mine } = JSON.parse(String(await socket.receive())) as Heard;
        return [kind, name, text, people, mine];
      };

      await assert.rejects(
        enter('eve', 'http://elsewhere.example'),
        (error) => error instanceof WebSocketHandshakeError && error.status === 403,
      );
      const ada = await enter('Ada');
      assert.deepEqual(await hear(ada), ['came', 'Ada', undefined, 1, true]);
      await ada.send('hello');
      assert.deepEqual(await hear(ada), ['said', 'Ada', 'hello', 1, true]);
      const guest = await enter('');
      assert.deepEqual(await hear(guest), ['said', 'Ada', 'hello', 1, false]);
      assert.deepEqual(await hear(guest), ['came', 'guest 2', undefined, 2, true]);
      assert.deepEqual(await hear(ada), ['came', 'guest 2', undefined, 2, false]);
      guest.cut();
      assert.deepEqual(await hear(ada), ['went', 'guest 2', undefined, 1, false]);
      interrupt(serving);
      for await (const _ of ada);
      assert.equal(ada.closed?.code, 1001);
    });
  },
);

test(
  'web-chat: who reads slowly holds up nobody, and is told what was missed',
  { skip: posix },
  async () => {
    await against('web-chat', async ({ host, port }) => {
      const enter = (): Promise<WebSocketConnection> =>
        connectWebSocket(`ws://${host}:${port}/chat`, { headers: { origin: `http://${host}:${port}` } });
      const hear = async (socket: WebSocketConnection): Promise<{ text?: string; missed: number }> =>
        JSON.parse(String(await socket.receive())) as { text?: string; missed: number };
      // More than sockets hold between them: some 11 MB.
      const rounds = 7000;
      const slow = await enter();
      const fast = await enter();
      assert.equal((await hear(fast)).text, undefined);
      for (let i = 0; i < rounds; i += 50) {
        for (let n = i; n < i + 50; n++) await fast.send(`${n} ${'茶'.repeat(490)}`);
        for (let n = i; n < i + 50; n++) assert.match((await hear(fast)).text ?? '', new RegExp(`^${n} `));
      }
      let heard = 0;
      let missed = 0;
      for (let text: string | undefined; !text?.startsWith(`${rounds - 1} `);) {
        const line = await hear(slow);
        ({ text } = line);
        missed += line.missed;
        if (text !== undefined) heard++;
      }
      assert.ok(missed > 0);
      assert.equal(heard + missed, rounds);
      slow.cut();
      await fast.close();
    });
  },
);
