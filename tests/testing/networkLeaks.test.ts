// What a program leaves open in the network: it is closed with the loop, and the leak guard names it. Without
// the harness, whose own guard would fail these tests.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTask, newEventLoop, openDatagram, sleep } from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { createConnection } from '../../src/net/connect/createConnection.ts';
import { createServer } from '../../src/net/serve/createServer.ts';
import { connectReadPipe, connectWritePipe } from '../../src/pipes/connectPipe.ts';
import { leakGuard, LeakError } from '../../src/testing/testing.ts';
import type { Leak } from '../../src/testing/testing.ts';
import { onBun, onDeno } from '../commandLine.ts';
import { backends, selectorMissing } from '../net/backends.ts';
import { DataWitness } from '../net/contract/witness.ts';
import { addressOf, Recorder } from '../net/recorder.ts';
import { silentAddress } from '../net/silentAddress.ts';

/** What the guard finds when the loop is closed after `main`. */
async function leftBy(
  backend: 'selector' | 'host',
  main: (loop: EventLoop) => Promise<unknown>,
): Promise<readonly Leak[]> {
  const guard = leakGuard();
  try {
    const loop = newEventLoop({ backend });
    await loop.runUntilComplete(() => main(loop));
    loop.close();
    const error: unknown = await guard.check().catch((failure: unknown) => failure);
    assert.ok(error instanceof LeakError, String(error));
    return error.leaks;
  } finally {
    guard[Symbol.dispose]();
  }
}

const named = (leaks: readonly Leak[]): string[] => leaks.map(({ kind, what }) => `${kind} ${what}`);

for (const backend of backends) {
  test(`a server that does not serve yet is named with its place, and its socket goes (${backend})`, async () => {
    const leaks = await leftBy(backend, async (loop) => {
      await createServer(loop, () => new Recorder(), '127.0.0.1', 0, { startServing: false });
    });
    const prefix = backend === 'selector' ? 'Selector' : 'Host';
    assert.deepEqual(named(leaks), [`resource ${prefix}Listener`]);
    if (!onBun) assert.match(String(leaks[0]?.place[0]), /networkLeaks\.test\.ts/);
  });

  test(
    `both ends of a pipe that nobody closed are named with their places, and go (${backend})`,
    { skip: backend === 'host' && (onBun || onDeno) && 'this host reads descriptors by threads' },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-'));
      const path = join(folder, 'fifo');
      execFileSync('mkfifo', [path]);
      const [reader, writer] = [new DataWitness(), new DataWitness()];
      const leaks = await leftBy(backend, async (loop) => {
        const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
        const write = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
        await connectReadPipe(loop, () => reader, read);
        await connectWritePipe(loop, () => writer, write);
      });
      rmSync(folder, { recursive: true });
      const prefix = backend === 'selector' ? 'Selector' : 'Host';
      assert.deepEqual(named(leaks), [`resource ${prefix}ReadPipe`, `resource ${prefix}WritePipe`]);
      for (const { place } of leaks) assert.match(String(place[0]), /networkLeaks\.test\.ts/);
      // Nobody is told of anything, and nothing is written to a number that may be another's by now.
      const output = writer.transport as unknown as { write(data: Uint8Array): void; close(): void };
      output.write(Buffer.from('x'));
      output.close();
      reader.transport.close();
      assert.deepEqual([reader.story, writer.story], ['made', 'made']);
    },
  );

  test(`a socket that is being opened goes with its loop (${backend})`, async () => {
    const silent = selectorMissing === false ? silentAddress('127.0.0.1') : undefined;
    const leaks = await leftBy(backend, async (loop) => {
      const begin = [
        () => createServer(loop, () => new Recorder(), '127.0.0.1', 0, { startServing: false }),
        () => openDatagram({ localAddr: ['127.0.0.1', 0] }),
      ];
      if (silent !== undefined)
        begin.push(() => createConnection(loop, () => new Recorder(), silent.host, silent.port) as never);
      for (const open of begin) void createTask<unknown>(open);
      await sleep(0);
      await sleep(0);
    });
    silent?.close();
    const kinds = new Set(leaks.map(({ kind }) => kind));
    assert.ok(!kinds.has('descriptor'), named(leaks).join(', '));
    assert.ok(kinds.has('resource'), named(leaks).join(', '));
  });

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
