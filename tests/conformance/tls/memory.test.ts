// What asyncio's suites ask of memory: nothing of a TLS connection is held once it is gone.

import '../../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { newEventLoop, OSError, Protocol, run, TimeoutError, waitFor } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { backends } from '../../net/backends.ts';
import { Echo, Recorder } from '../../net/recorder.ts';
import { clientContext } from '../../net/tls/contexts.ts';
import { connect, serve, shut } from '../../net/tls/pair.ts';
import { hostServer, silent } from './hostPeer.ts';

const { gc } = globalThis as { gc?: () => void };
const skip = (gc === undefined || 'deno' in process.versions) && 'nothing can be collected on demand here';

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Fails unless all of these are collected soon. */
async function assertCollected(refs: readonly WeakRef<object>[]): Promise<void> {
  for (let round = 0; round < 20 && refs.some((ref) => ref.deref() !== undefined); round++) {
    await turns(5);
    gc?.();
  }
  const kept = refs.map((ref) => ref.deref()?.constructor.name).filter((name) => name !== undefined);
  assert.deepEqual(kept, []);
}

for (const backend of backends) {
  const onLoop = (body: (loop: EventLoop) => Promise<void>): Promise<void> => {
    const loop = newEventLoop({ backend });
    return run(() => body(loop), { loop, handleSignals: false });
  };

  test(
    `a context, a protocol and a transport are let go of after the connection (${backend})`,
    { skip },
    async () => {
      const refs: WeakRef<object>[] = [];
      await onLoop(async (loop) => {
        const [server, port] = await serve(loop, () => new Echo());
        const talk = async (): Promise<void> => {
          const ssl = clientContext();
          const [transport, client] = await connect(loop, () => new Recorder(), port, { ssl });
          transport.write(Buffer.from('hello'));
          await client.bytes(5);
          transport.close();
          await client.lost;
          refs.push(new WeakRef(ssl), new WeakRef(client), new WeakRef(transport));
        };
        await loop.createTask(talk);
        await shut(server);
        await assertCollected(refs);
      });
    },
  );

  test(`a context is let go of after a handshake that was cut off (${backend})`, { skip }, async () => {
    const refs: WeakRef<object>[] = [];
    const server = await hostServer(silent);
    await onLoop(async (loop) => {
      const talk = async (): Promise<void> => {
        const ssl = clientContext();
        refs.push(new WeakRef(ssl));
        await assert.rejects(
          waitFor(() => connect(loop, () => new Protocol(), server.port, { ssl }), 20),
          (error) => error instanceof TimeoutError || error instanceof OSError,
        );
      };
      await loop.createTask(talk);
      await assertCollected(refs);
    });
    await server.close();
  });
}
