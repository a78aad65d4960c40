// What a program leaves open in the network: it is closed with the loop, and the leak guard names it. Without
// the harness, whose own guard would fail these tests.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newEventLoop, openDatagram } from '../../src/asyncio.ts';
import { createConnection } from '../../src/net/connect/createConnection.ts';
import { createServer } from '../../src/net/serve/createServer.ts';
import { leakGuard, LeakError } from '../../src/testing/testing.ts';
import { backends } from '../net/backends.ts';
import { addressOf, Recorder } from '../net/recorder.ts';

for (const backend of backends) {
  test(`a server and a connection that nobody closed are named, and their sockets go (${backend})`, async () => {
    const guard = leakGuard();
    try {
      const loop = newEventLoop({ backend });
      const left = await loop.runUntilComplete(async () => {
        const server = await createServer(loop, () => new Recorder(), '127.0.0.1', 0);
        return (await createConnection(loop, () => new Recorder(), ...addressOf(server)))[1];
      });
      loop.close();
      const error: unknown = await guard.check().catch((failure: unknown) => failure);
      assert.ok(error instanceof LeakError);
      const found = error.leaks.map(({ kind, what }) => `${kind} ${what}`);
      const prefix = backend === 'selector' ? 'Selector' : 'Host';
      assert.ok(found.includes(`resource ${prefix}Listener`), found.join(', '));
      assert.ok(found.includes(`resource ${prefix}StreamTransport`), found.join(', '));
      // Their descriptors are closed: no leak of that kind.
      assert.ok(!found.some((leak) => leak.startsWith('descriptor')), found.join(', '));
      // Nothing is written to a number that may be another's by now.
      left.transport?.write(Buffer.from('x'));
      assert.equal(left.transport?.isClosing(), true);
      assert.deepEqual(left.events, ['made']);
    } finally {
      guard[Symbol.dispose]();
    }
  });

  test(`a connection whose reading is paused goes with its loop as well (${backend})`, async () => {
    const guard = leakGuard();
    try {
      const loop = newEventLoop({ backend });
      await loop.runUntilComplete(async () => {
        const server = await createServer(loop, () => new Recorder(), '127.0.0.1', 0);
        const [transport] = await createConnection(loop, () => new Recorder(), ...addressOf(server));
        transport.pauseReading();
      });
      loop.close();
      const error: unknown = await guard.check().catch((failure: unknown) => failure);
      assert.ok(error instanceof LeakError);
      assert.ok(!error.leaks.some(({ kind }) => kind === 'descriptor'), String(error));
    } finally {
      guard[Symbol.dispose]();
    }
  });

  test(`an endpoint for datagrams that nobody closed is named, and its socket goes (${backend})`, async () => {
    const guard = leakGuard();
    try {
      const loop = newEventLoop({ backend });
      const left = await loop.runUntilComplete(() => openDatagram({ localAddr: ['127.0.0.1', 0] }));
      loop.close();
      const error: unknown = await guard.check().catch((failure: unknown) => failure);
      assert.ok(error instanceof LeakError);
      const found = error.leaks.map(({ kind, what }) => `${kind} ${what}`);
      assert.ok(!found.some((leak) => leak.startsWith('descriptor')), found.join(', '));
      assert.match(found.join(', '), /^resource (Selector|Host)?DatagramTransport/);
      assert.equal(left.transport.isClosing(), true);
    } finally {
      guard[Symbol.dispose]();
    }
  });
}
