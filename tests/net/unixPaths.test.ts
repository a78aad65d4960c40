// Whose a Unix socket's path is: a live server's stays its own, a dead one's is free, and a file that somebody
// else made is left to them.

import '../harness.ts';
import assert from 'node:assert/strict';
import { existsSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer as createNodeServer } from 'node:net';
import {
  AddressInUseError,
  openDatagram,
  openUnixConnection,
  Protocol,
  sleep,
  startUnixServer,
} from '../../src/asyncio.ts';
import { AF_UNIX, Socket, SOCK_DGRAM } from '../../src/socket.ts';
import { removeIfSame, socketFileId } from '../../src/sys/host/unixSocketFile.ts';
import { selectorMissing } from './backends.ts';
import { onBackends } from './onBackends.ts';
import { withSocketPath } from './socketPath.ts';

const inUse = (path: string) => (error: unknown) =>
  error instanceof AddressInUseError && error.address === path;

async function greeting(path: string): Promise<string> {
  const [reader, writer] = await openUnixConnection(path);
  const text = String(await reader.read());
  writer.close();
  await writer.waitClosed();
  return text;
}

onBackends('startUnixServer: a path at which somebody listens is in use, and goes on being served', () =>
  withSocketPath(async (path) => {
    const server = await startUnixServer((_reader, writer) => {
      writer.write(Buffer.from('first'));
      writer.close();
    }, path);
    const before = statSync(path).ino;
    await assert.rejects(
      startUnixServer(() => {}, path),
      inUse(path),
    );
    assert.equal(statSync(path).ino, before);
    assert.equal(await greeting(path), 'first');
    await server.shutdown();
  }),
);

onBackends('startUnixServer: of two that start at once over a dead socket one wins, and serves', () =>
  withSocketPath(async (path) => {
    const dead = await startUnixServer(() => {}, path, { cleanupSocket: false });
    await dead.shutdown();
    assert.equal(existsSync(path), true);
    // The files are told apart by when they were made, in ticks of the system's clock.
    await sleep(20);
    const start = (text: string): Promise<unknown> =>
      startUnixServer((_reader, writer) => {
        writer.write(Buffer.from(text));
        writer.close();
      }, path);
    const outcomes = await Promise.allSettled(['one', 'two'].map(start));
    const failed = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    assert.equal(failed.length, 1);
    assert.ok(inUse(path)(failed[0]!.reason));
    assert.equal(await greeting(path), outcomes[0]!.status === 'fulfilled' ? 'one' : 'two');
    for (const outcome of outcomes)
      if (outcome.status === 'fulfilled')
        await (outcome.value as Awaited<ReturnType<typeof startUnixServer>>).shutdown();
  }),
);

onBackends(
  'startUnixServer: a server whose backlog is full is somebody too, and is not waited for',
  () =>
    withSocketPath(async (path) => {
      const listener = new Socket(AF_UNIX);
      listener.bind(path);
      listener.listen(0);
      const clients: Socket[] = [];
      for (let number = 0; number === 0;) {
        const client = new Socket(AF_UNIX);
        number = client.connectEx(path);
        clients.push(client);
      }
      await assert.rejects(
        startUnixServer(() => {}, path),
        inUse(path),
      );
      for (const socket of [listener, ...clients]) socket.close();
    }),
  { only: 'selector', skip: selectorMissing },
);

onBackends(
  'createUnixServer: the file of a socket that was handed in is its owner’s, whoever closes it',
  (loop, backend) =>
    withSocketPath(async (path) => {
      let sock: unknown;
      if (backend === 'selector') {
        const socket = new Socket(AF_UNIX);
        socket.bind(path);
        sock = socket;
      } else {
        const server = createNodeServer().listen(path);
        await new Promise((resolve) => server.once('listening', resolve));
        sock = server;
      }
      const server = await loop.createUnixServer(() => new Protocol(), undefined, { sock });
      server.close();
      await server.waitClosed();
      assert.equal(existsSync(path), true);
      unlinkSync(path);
    }),
  { skip: selectorMissing },
);

onBackends('startUnixServer: a file that is no socket stays', () =>
  withSocketPath(async (path) => {
    writeFileSync(path, 'mine');
    await assert.rejects(
      startUnixServer(() => {}, path),
      inUse(path),
    );
    assert.equal(statSync(path).size, 4);
  }),
);

onBackends(
  'openDatagram: a path at which somebody receives is in use; one of a dead socket is free',
  () =>
    withSocketPath(async (path) => {
      const owner = new Socket(AF_UNIX, SOCK_DGRAM);
      owner.bind(path);
      await assert.rejects(openDatagram({ family: 'unix', localAddr: path }), inUse(path));
      await assert.rejects(
        startUnixServer(() => {}, path),
        inUse(path),
      );
      owner.close();
      const endpoint = await openDatagram({ family: 'unix', localAddr: path });
      assert.equal(endpoint.sockname, path);
      endpoint.close();
      await endpoint.waitClosed();
    }),
  { only: 'selector', skip: selectorMissing },
);

onBackends('removeIfSame: a socket that somebody else has put there meanwhile is put back', () =>
  withSocketPath(async (path) => {
    const dead = await startUnixServer(() => {}, path, { cleanupSocket: false });
    const id = socketFileId(path) as string;
    await dead.shutdown();
    unlinkSync(path);
    await sleep(20);
    const other = await startUnixServer((_reader, writer) => {
      writer.write(Buffer.from('other'));
      writer.close();
    }, path);
    assert.equal(removeIfSame(path, id), false);
    assert.equal(await greeting(path), 'other');
    await other.shutdown();
  }),
);
