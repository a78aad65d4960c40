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
