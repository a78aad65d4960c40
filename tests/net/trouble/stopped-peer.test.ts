// Peers in processes of their own that are slower than anybody likes: stopped by SIGSTOP, deaf, one byte at a
// time.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ConnectionError, Future, openConnection, startServer } from '../../../src/asyncio.ts';
import { interruptible, TimeoutError, waitFor } from '../../../src/asyncio.ts';
import type { StreamReader, StreamServer, StreamWriter } from '../../../src/asyncio.ts';
import { commandLine } from '../../commandLine.ts';
import { onBackends } from '../onBackends.ts';

const posix: false | string = process.platform === 'win32' ? 'SIGSTOP is POSIX' : false;
const timeout = 60_000;
const chunk = 65_536;
/** What the buffers of the system may hold together with ours, until a writer has to wait. */
const room = 32 << 20;

/** Data of which no two chunks are alike. */
function chunkOf(n: number): Buffer {
  return Buffer.alloc(chunk, `chunk ${n} `);
}

// Not `child.kill`: Deno then takes the child for killed, whatever the signal was.
function signal(peer: ChildProcess, name: NodeJS.Signals): void {
  if (peer.pid !== undefined) process.kill(peer.pid, name);
}

async function echo(reader: StreamReader, writer: StreamWriter): Promise<void> {
  for await (const line of reader) writer.write(line);
}

type Kind = 'hash' | 'deaf' | 'drip';

/** A server, a peer connected to it, and our end of that connection; echoes for whoever comes later. */
async function withPeer(
  kind: Kind,
  body: (
    ours: { reader: StreamReader; writer: StreamWriter },
    peer: ChildProcess,
    server: StreamServer,
  ) => Promise<void>,
): Promise<void> {
  const first = new Future<[StreamReader, StreamWriter]>();
  const server = await startServer(
    (reader, writer) => {
      // Handed on: by a function that is not async.
      if (!first.done()) return first.setResult([reader, writer]);
      return echo(reader, writer);
    },
    '127.0.0.1',
    0,
  );
  const port = String((server.sockets[0]!.getsockname() as [string, number])[1]);
  const program = fileURLToPath(new URL('./programs/peer.ts', import.meta.url));
  const peer = spawn(process.execPath, [...commandLine(program), port, kind], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = once(peer, 'close');
  try {
    const [reader, writer] = await first;
    await body({ reader, writer }, peer, server);
    writer.transport.abort();
  } finally {
    if (peer.exitCode === null && peer.signalCode === null) signal(peer, 'SIGKILL');
    await interruptible(gone);
    await server.shutdown({ graceTime: 1000 });
  }
}

/** Writes until `drain` waits for longer than a moment; the chunk after the last one that was written. */
async function writeUntilStuck(writer: StreamWriter, from: number): Promise<number> {
  for (let n = from; ; n += 1) {
    assert.ok((n - from) * chunk < room, 'a peer that does not read takes everything');
    writer.write(chunkOf(n));
    try {
      await waitFor(() => writer.drain(), 300);
    } catch (error) {
      assert.ok(error instanceof TimeoutError, String(error));
      return n + 1;
    }
  }
}

/** Our own buffer holds no more than its high-water mark and the write that crossed it. */
function assertBounded(writer: StreamWriter): void {
  const { high } = writer.transport.getWriteBufferLimits();
  const size = writer.transport.getWriteBufferSize();
  assert.ok(size > high && size <= high + chunk, `${size} bytes are buffered`);
}

async function assertServed(server: StreamServer): Promise<void> {
  const [host, port] = server.sockets[0]!.getsockname() as [string, number];
  const [reader, writer] = await openConnection(host, port);
  writer.write(Buffer.from('still there?\n'));
  assert.equal(String(await reader.readline()), 'still there?\n');
  writer.close();
  await writer.waitClosed();
}

onBackends(
  'a peer stopped by SIGSTOP makes drain wait with memory bounded, and SIGCONT lets it go on',
  () =>
    withPeer('hash', async ({ reader, writer }, peer, server) => {
      const hash = createHash('sha256');
      let n = 0;
      for (; n < 100; n += 1) {
        writer.write(chunkOf(n));
        await writer.drain();
      }
      signal(peer, 'SIGSTOP');
      n = await writeUntilStuck(writer, n);
      assertBounded(writer);
      await assertServed(server);
      // However often it is asked, and the wait cancelled: nothing moves, and nothing gets lost.
      for (let again = 0; again < 3; again += 1) {
        await assert.rejects(
          waitFor(() => writer.drain(), 50),
          TimeoutError,
        );
      }
      assertBounded(writer);
      signal(peer, 'SIGCONT');
      await writer.drain();
      for (const end = n + 100; n < end; n += 1) {
        writer.write(chunkOf(n));
        await writer.drain();
      }
      writer.writeEof();
      for (let each = 0; each < n; each += 1) hash.update(chunkOf(each));
      assert.equal(String(await reader.readline()), `${n * chunk} ${hash.digest('hex')}\n`);
    }),
  { skip: posix, timeout },
);

onBackends(
  'a peer that is killed while it is stopped: drain throws the error of the connection',
  () =>
    withPeer('hash', async ({ writer }, peer) => {
      signal(peer, 'SIGSTOP');
      await writeUntilStuck(writer, 0);
      signal(peer, 'SIGKILL');
      await assert.rejects(writer.drain(), ConnectionError);
      await assert.rejects(writer.waitClosed(), ConnectionError);
    }),
  { skip: posix, timeout },
);

onBackends(
  'a peer that never reads does not hold up the end of the server',
  () =>
    withPeer('deaf', async ({ reader, writer }, _peer, server) => {
      assert.equal(String(await reader.readline()), 'here\n');
      await writeUntilStuck(writer, 0);
      assertBounded(writer);
      await assertServed(server);
      const began = performance.now();
      await server.shutdown({ graceTime: 200 });
      assert.ok(performance.now() - began < 5000);
      assert.equal(server.connections, 0);
    }),
  { timeout },
);

onBackends(
  'a peer that sends one byte at a time: every kind of read puts them together',
  () =>
    withPeer('drip', async ({ reader }) => {
      const line = `${'0123456789'.repeat(5).slice(0, 49)}\n`;
      for (let n = 0; n < 25; n += 1) {
        assert.equal(String(await reader.readline()), line);
        assert.equal(String(await reader.readExactly(50)), line);
        assert.equal(String(await reader.readUntil(Buffer.from('78\n'))), line);
        let pieces = '';
        while (pieces.length < 50) pieces += String(await reader.read(50 - pieces.length));
        assert.equal(pieces, line);
      }
      assert.equal((await reader.read()).length, 0);
    }),
  { timeout },
);
