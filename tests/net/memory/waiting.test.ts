// Bytes that were given to be sent or filled and wait, and whose owner takes them away: an error for that
// connection or call alone where they are waited with, and no difference where the host has a copy.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import {
  BufferError,
  createTask,
  DatagramProtocol,
  fromNodeStream,
  InvalidArgumentError,
  sleep,
} from '../../../src/asyncio.ts';
import type { EventLoop, Transport } from '../../../src/asyncio.ts';
import { OSError } from '../../../src/base/osError.ts';
import { connectReadPipe, connectWritePipe } from '../../../src/pipes/connectPipe.ts';
import { sockRecvfromInto, sockRecvInto } from '../../../src/net/socket/sockRead.ts';
import { sockSendall, sockSendto } from '../../../src/net/socket/sockWrite.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { socketpair } from '../../../src/socket.ts';
import { close, datagramPair } from '../cancelling.ts';
import { listen } from '../contract/pair.ts';
import { DataWitness } from '../contract/witness.ts';
import { onBackends } from '../onBackends.ts';
import { onSelector } from '../onSelector.ts';
import { openPipe } from '../pipes/pair.ts';
import { Recorder } from '../recorder.ts';
import { pair, shut } from '../tls/pair.ts';
import { resizable, takings } from './takings.ts';

const LARGE = 8_000_000;

/** Each way of losing bytes that wait, on bytes of its own. */
const losses = Object.entries({
  ...Object.fromEntries(
    Object.entries(takings).map(([way, take]) => [
      way,
      () => {
        const bytes = new Uint8Array(LARGE).fill(97);
        return { bytes, shrink: () => take(bytes) };
      },
    ]),
  ),
  'ArrayBuffer.resize': () => resizable(LARGE, 'a'),
});

/** Two pairs in one loop: what becomes of one must not touch the other. */
async function withTwoPairs(
  loop: EventLoop,
  body: (one: Ends, other: Ends) => Promise<void>,
): Promise<void> {
  const peers: DataWitness[] = [];
  const world = { loop, backend: 'host', runtime: 'node', carrier: 'tcp', expectReport } as const;
  const place = await listen(world, () => {
    const peer = new DataWitness({ made: (transport) => transport.pauseReading() });
    peers.push(peer);
    return peer;
  });
  const ends: Ends[] = [];
  for (let i = 0; i < 2; i++) {
    const [, client] = await place.connect(() => new DataWitness());
    while (peers.length <= i) await sleep(0);
    const peer = peers[i] as DataWitness;
    await peer.until(() => peer.calls.length > 0);
    ends.push({ client, peer });
  }
  await body(ends[0] as Ends, ends[1] as Ends);
  for (const { client, peer } of ends) {
    for (const end of [client, peer]) end.transport.abort();
    for (const end of [client, peer]) await end.loss();
  }
  place.server.close();
  await place.server.waitClosed();
}

interface Ends {
  readonly client: DataWitness;
  readonly peer: DataWitness;
}

function readOn({ peer }: Ends): void {
  peer.transport.resumeReading();
}

const writes: Record<string, (transport: Transport, bytes: Uint8Array) => void> = {
  write: (transport, bytes) => transport.write(bytes),
  writelines: (transport, bytes) => transport.writelines([Buffer.from('before'), bytes, Buffer.from('z')]),
};

for (const [method, write] of Object.entries(writes)) {
  for (const [way, make] of losses) {
    onBackends(
      `${method}: bytes taken by ${way} while they wait are that connection's error`,
      (loop, backend) =>
        withTwoPairs(loop, async (one, other) => {
          const { bytes, shrink } = make();
          write(one.client.transport, bytes);
          other.client.transport.write(Buffer.alloc(LARGE, 'o'));
          assert.ok(one.client.transport.getWriteBufferSize() > 0);
          const size = LARGE + (method === 'write' ? 0 : 7);
          shrink();
          assert.equal(bytes.byteLength < LARGE, true);
          if (backend === 'selector') expectReport('Fatal write error on socket transport');
          for (const ends of [one, other]) readOn(ends);
          if (backend === 'selector') {
            const error = await one.client.loss();
            assert.ok(error instanceof BufferError, String(error));
            assert.equal(error.code, 'ERR_ASYNCIO_BUFFER');
            assert.equal(one.client.transport.getWriteBufferSize(), 0);
          } else {
            const sent = (await one.peer.bytes(size)).toString('latin1');
            assert.ok(/^(before)?a+z?$/.test(sent));
          }
          assert.ok((await other.peer.bytes(LARGE)).equals(Buffer.alloc(LARGE, 'o')));
        }),
    );
  }
}

onBackends('write: what stands before bytes that were taken away is sent', (loop, backend) =>
  withTwoPairs(loop, async (one) => {
    const { transport } = one.client;
    const [first, second] = [Buffer.alloc(LARGE, '1'), new Uint8Array(1000)];
    transport.write(first);
    transport.write(second);
    structuredClone(second, { transfer: [second.buffer] });
    if (backend === 'selector') expectReport('Fatal write error on socket transport');
    readOn(one);
    assert.ok((await one.peer.bytes(LARGE)).subarray(0, LARGE).equals(first));
    if (backend === 'selector') assert.ok((await one.client.loss()) instanceof BufferError);
    else await one.peer.bytes(LARGE + 1000);
  }),
);

onBackends('write: memory that grows while it waits is sent as it was', (loop) =>
  withTwoPairs(loop, async (one) => {
    const memory = new ArrayBuffer(LARGE, { maxByteLength: 2 * LARGE });
    one.client.transport.write(new Uint8Array(memory).fill(97));
    memory.resize(2 * LARGE);
    one.client.transport.close();
    readOn(one);
    await one.peer.loss();
    assert.ok(one.peer.received.equals(Buffer.alloc(LARGE, 'a')));
  }),
);

onBackends(
  'write: what is transferred right after it can be used, and another thread may write to it',
  (loop) =>
    withTwoPairs(loop, async (one) => {
      const bytes = new Uint8Array(new SharedArrayBuffer(1000)).fill(97);
      one.client.transport.write(bytes);
      const own = new Uint8Array(1000).fill(98);
      one.client.transport.write(own);
      structuredClone(own, { transfer: [own.buffer] });
      readOn(one);
      assert.equal(String(await one.peer.bytes(2000)), 'a'.repeat(1000) + 'b'.repeat(1000));
    }),
);

onBackends(
  'write, writelines: bytes whose memory is gone are refused, and the connection goes on',
  (loop) =>
    withTwoPairs(loop, async (one) => {
      const { transport } = one.client;
      const gone = new Uint8Array(10);
      structuredClone(gone, { transfer: [gone.buffer] });
      const { bytes: shrunk, shrink } = resizable(1000, 'a');
      const part = shrunk.subarray(500, 1000);
      shrink();
      for (const bytes of [gone, part]) {
        assert.throws(() => transport.write(bytes), InvalidArgumentError);
        assert.throws(() => transport.writelines([Buffer.from('x'), bytes]), InvalidArgumentError);
      }
      transport.write(new Uint8Array(0));
      transport.write(Buffer.from('goes on'));
      readOn(one);
      assert.equal(String(await one.peer.bytes(7)), 'goes on');
    }),
);

class Liar extends Uint8Array {
  override get byteLength(): never {
    return 1_000_000 as never;
  }
  override get length(): never {
    return 1_000_000 as never;
  }
  override get byteOffset(): never {
    return 4096 as never;
  }
  override subarray(): never {
    throw new Error('foreign code was called');
  }
}

onBackends('write, writelines: bytes that lie about their size are sent as they are', (loop) =>
  withTwoPairs(loop, async (one) => {
    const { transport } = one.client;
    transport.write(new Liar(Buffer.from('one')));
    transport.writelines([new Liar(Buffer.from('two')), Buffer.from('three')]);
    const large = new Liar(LARGE).fill(97);
    transport.write(large);
    for (const value of [new Proxy(Buffer.from('x'), {}), Object.create(Uint8Array.prototype) as Buffer]) {
      assert.throws(() => transport.write(value), InvalidArgumentError);
    }
    readOn(one);
    const received = await one.peer.bytes(LARGE + 11);
    assert.ok(received.equals(Buffer.from(`onetwothree${'a'.repeat(LARGE)}`)));
  }),
);

onBackends('write over TLS: bytes taken away while they wait are sent as they were', async (loop) => {
  const { server, peer, client, transport } = await pair(
    loop,
    () => new Recorder(),
    () => new Recorder(),
  );
  peer.transport?.pauseReading();
  const { bytes, shrink } = resizable(LARGE, 'a');
  transport.write(bytes);
  assert.ok(transport.getWriteBufferSize() > 0);
  shrink();
  peer.transport?.resumeReading();
  await peer.bytes(LARGE);
  assert.ok(peer.received.equals(Buffer.alloc(LARGE, 'a')));
  transport.close();
  await client.lost;
  await peer.lost;
  await shut(server);
});

onSelector("pipe write: bytes taken away while they wait are that pipe's error", async (loop) => {
  for (const [, make] of losses) {
    const [readFd, writeFd] = openPipe();
    const witness = new DataWitness();
    const [transport] = await connectWritePipe(loop, () => witness, writeFd);
    const { bytes, shrink } = make();
    transport.write(bytes);
    shrink();
    expectReport('Fatal write error on pipe transport');
    const reader = new Recorder();
    await connectReadPipe(loop, () => reader, readFd);
    assert.ok((await witness.loss()) instanceof BufferError);
    assert.equal(await reader.lost, undefined);
    assert.match(reader.text, /^a+$/);
  }
});

onSelector('pipe writelines: pieces that lie about their size are written as they are', async (loop) => {
  const [readFd, writeFd] = openPipe();
  const [transport] = await connectWritePipe(loop, () => new DataWitness(), writeFd);
  transport.writelines([new Liar(Buffer.from('one')), Buffer.from('two')]);
  transport.close();
  const reader = new Recorder();
  await connectReadPipe(loop, () => reader, readFd);
  await reader.lost;
  assert.equal(reader.text, 'onetwo');
});

onSelector(
  'sockSendall: bytes taken away while it waits are its error, and the socket can be used on',
  async (loop) => {
    for (const [, make] of losses) {
      const [left, right] = socketpair();
      const { bytes, shrink } = make();
      const sending = createTask(() => sockSendall(loop, left, bytes));
      await sleep(0);
      shrink();
      const received = createTask(async () => {
        const into = Buffer.alloc(100_000);
        let last = '';
        for (;;) {
          const count = await sockRecvInto(loop, right, into);
          last = into.toString('latin1', 0, count);
          if (last.endsWith('.')) return last;
        }
      });
      await assert.rejects(sending, (error) => error instanceof BufferError);
      await sockSendall(loop, left, Buffer.from('.'));
      assert.match(await received, /^a*\.$/);
      close(left, right);
    }
  },
);

onSelector(
  'sockSendto: a datagram taken away while it waits is an error, and is not sent',
  async (loop) => {
    const { sender, receiver, address } = datagramPair();
    let count = 0;
    try {
      for (; ; count++) sender.send(Buffer.from('full'));
    } catch (error) {
      assert.ok(error instanceof OSError);
    }
    const bytes = new Uint8Array(100);
    const sending = createTask(() => sockSendto(loop, sender, bytes, address));
    await sleep(0);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    for (; count > 0; count--) assert.equal(String(receiver.recv(10)), 'full');
    await assert.rejects(sending, (error) => error instanceof BufferError);
    assert.throws(() => receiver.recv(10), { code: 'EAGAIN' });
    close(sender, receiver);
  },
);

onSelector(
  'sockRecvInto, sockRecvfromInto: a buffer taken away meanwhile is an error, no byte is lost',
  async (loop) => {
    for (const receive of [sockRecvInto, sockRecvfromInto]) {
      for (const [, make] of losses) {
        const [left, right] = socketpair();
        const { bytes, shrink } = make();
        const receiving = createTask(async () => void (await receive(loop, right, bytes)));
        await sleep(0);
        shrink();
        left.send(Buffer.from('not lost'));
        await assert.rejects(receiving, (error) => error instanceof BufferError);
        assert.equal(String(right.recv(100)), 'not lost');
        close(left, right);
      }
    }
  },
);

onSelector('Socket: buffers that lie about their size are read and filled as far as they go', async () => {
  const [left, right] = socketpair();
  assert.equal(left.send(new Liar(Buffer.from('abc'))), 3);
  assert.equal(String(right.recv(100)), 'abc');
  left.send(Buffer.from('0123456789'));
  const short = new Liar(4);
  assert.equal(right.recvInto(short), 4);
  assert.throws(() => right.recvInto(short, 5), InvalidArgumentError);
  assert.equal(right.recvfromInto(short)[0], 4);
  assert.equal(String(right.recv(100)), '89');
  assert.throws(() => right.setsockopt(1, 20, new Liar(2)), OSError);
  const gone = new Uint8Array(4);
  structuredClone(gone, { transfer: [gone.buffer] });
  for (const call of [() => left.send(gone), () => right.recvInto(gone)]) {
    assert.throws(call, InvalidArgumentError);
  }
  close(left, right);
});

onBackends(
  "fromNodeStream: chunks taken away from a stream that pushed them are that stream's error",
  async () => {
    const chunk = Buffer.from(new Uint8Array(100).buffer);
    const duplex = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
    const [reader, writer] = fromNodeStream(duplex);
    await sleep(0);
    duplex.push(Buffer.from('first\n'));
    assert.equal(String(await reader.readline()), 'first\n');
    expectReport('Fatal read error on socket transport');
    duplex.once('data', () => structuredClone(chunk, { transfer: [chunk.buffer] }));
    duplex.push(chunk);
    await assert.rejects(reader.read(), (error) => error instanceof BufferError);
    await writer.waitClosed().catch(() => {});
  },
);

onBackends('sendto: a datagram taken away right after it comes as it was', async (loop) => {
  const came = loop.createFuture<void>();
  const texts: string[] = [];
  class Receiver extends DatagramProtocol {
    override datagramReceived(data: Buffer): void {
      texts.push(String(data));
      for (const take of Object.values(takings)) {
        try {
          take(data);
        } catch {
          // Shared.
        }
      }
      if (texts.length === 20) came.setResult();
    }
  }
  const [transport] = await loop.createDatagramEndpoint(() => new Receiver(), {
    localAddr: ['127.0.0.1', 0],
  });
  const to = transport.getExtraInfo('sockname') as [string, number];
  for (let n = 0; n < 20; n++) {
    const bytes = new Uint8Array(Buffer.from(`datagram ${n}`));
    transport.sendto(n % 2 === 0 ? bytes : new Liar(bytes), to);
    structuredClone(bytes, { transfer: [bytes.buffer] });
  }
  await came;
  assert.deepEqual(
    texts,
    Array.from({ length: 20 }, (_, n) => `datagram ${n}`),
  );
  transport.close();
});
