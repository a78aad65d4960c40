// Datagrams that the system does not take at once. Unix sockets show it: one that is connected to a receiver
// which does not read takes about ten, and then has to wait.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { sleep } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { viewLoop } from '../../../src/lowlevel.ts';
import { createDatagramEndpoint } from '../../../src/net/datagram/createDatagramEndpoint.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import { socketpair } from '../../../src/net/socket/socketPair.ts';
import { AF_INET, AF_UNIX, SOCK_DGRAM } from '../../../src/sys/libc/socketConstants.ts';
import { DatagramWitness } from '../../net/datagram/witness.ts';
import { onBackends } from '../../net/onBackends.ts';
import { withSocketPath } from '../../net/socketPath.ts';

const only = { only: 'selector' } as const;

/** A transport and the raw socket that it is connected to. */
async function blockedPair(loop: EventLoop): Promise<[DatagramWitness, Socket]> {
  const [ours, peer] = socketpair(AF_UNIX, SOCK_DGRAM);
  const [, protocol] = await createDatagramEndpoint(loop, () => new DatagramWitness(), { sock: ours });
  return [protocol, peer];
}

/** Sends numbered datagrams until the transport has to buffer; answers how many were sent. */
function fill({ transport }: DatagramWitness, size: number = 8): number {
  let count = 0;
  while (transport.getWriteBufferSize() === 0) transport.sendto(Buffer.from(String(count++).padEnd(size)));
  return count;
}

function drain(peer: Socket, count: number): string[] {
  const texts: string[] = [];
  for (let datagram = peer._tryRecv(65_536); datagram !== undefined; datagram = peer._tryRecv(65_536)) {
    texts.push(datagram.toString().trim());
    if (texts.length === count) break;
  }
  return texts;
}

async function drainAll(peer: Socket, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    texts.push(...drain(peer, count - texts.length));
    await sleep(1);
  }
  return texts;
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

onBackends(
  'what the system does not take waits, counted with eight bytes each, and goes out in order',
  async (loop) => {
    const [protocol, peer] = await blockedPair(loop);
    const sent = fill(protocol);
    assert.ok(sent > 1);
    assert.equal(protocol.transport.getWriteBufferSize(), 16);
    protocol.transport.sendto(Buffer.from(String(sent)));
    protocol.transport.sendto(new Uint8Array(0));
    assert.equal(protocol.transport.getWriteBufferSize(), 16 + 8 + String(sent).length + 8);
    assert.deepEqual(await drainAll(peer, sent + 2), [...numbers(sent + 1), '']);
    assert.equal(protocol.transport.getWriteBufferSize(), 0);
    await protocol.closed();
    peer.close();
  },
  only,
);

onBackends(
  'a datagram that waits is a copy: its bytes may change',
  async (loop) => {
    const [protocol, peer] = await blockedPair(loop);
    const sent = fill(protocol);
    const bytes = Buffer.from('before');
    protocol.transport.sendto(bytes);
    bytes.write('after!');
    assert.equal((await drainAll(peer, sent + 1)).at(-1), 'before');
    await protocol.closed();
    peer.close();
  },
  only,
);

onBackends(
  'pauseWriting comes above the high mark, resumeWriting at the low one',
  async (loop) => {
    const [protocol, peer] = await blockedPair(loop);
    protocol.transport.setWriteBufferLimits({ high: 64, low: 16 });
    const sent = fill(protocol);
    for (let count = 0; count < 3; count++) protocol.transport.sendto(Buffer.alloc(8, 'x'));
    assert.equal(protocol.transport.getWriteBufferSize(), 64);
    assert.deepEqual(protocol.calls, ['made']);
    protocol.transport.sendto(new Uint8Array(0));
    assert.deepEqual(protocol.calls, ['made', 'pause']);
    const drained = drainAll(peer, sent + 4);
    await protocol.until(() => protocol.calls.includes('resume'));
    await drained;
    assert.deepEqual(protocol.calls, ['made', 'pause', 'resume']);
    await protocol.closed();
    peer.close();
  },
  only,
);

onBackends(
  'close sends what waits, abort throws it away',
  async (loop) => {
    const [protocol, peer] = await blockedPair(loop);
    const sent = fill(protocol);
    protocol.transport.close();
    await sleep(5);
    assert.equal(protocol.calls.includes('lost'), false);
    assert.deepEqual(await drainAll(peer, sent), numbers(sent));
    await protocol.loss();
    peer.close();

    const [other, silent] = await blockedPair(loop);
    const count = fill(other);
    other.transport.abort();
    await other.loss();
    assert.equal(drain(silent, count).length, count - 1);
    silent.close();
  },
  only,
);

onBackends(
  'an error of what waits is told by errorReceived, and the rest is tried',
  async (loop) => {
    const [protocol, peer] = await blockedPair(loop);
    fill(protocol);
    peer.close();
    await protocol.until(() => protocol.errors.length > 0);
    assert.equal((protocol.errors[0] as { code?: string }).code, 'ECONNREFUSED');
    assert.equal(protocol.transport.getWriteBufferSize(), 0);
    assert.equal(protocol.transport.isClosing(), false);
    await protocol.closed();
  },
  only,
);

onBackends(
  'an event that comes to nothing is nothing',
  async (loop) => {
    const [protocol, peer] = await blockedPair(loop);
    const transport = protocol.transport as unknown as { _readable(): number; _writable(): number };
    transport._readable();
    transport._writable();
    assert.deepEqual(protocol.calls, ['made']);
    const sent = fill(protocol);
    transport._writable();
    assert.equal(protocol.transport.getWriteBufferSize(), 16);
    assert.deepEqual(await drainAll(peer, sent), numbers(sent));
    await protocol.closed();
    peer.close();
  },
  only,
);

onBackends(
  'a Unix receiver that does not read makes an unconnected sender wait without burning time',
  (loop) =>
    withSocketPath(async (path) => {
      const receiver = new Socket(AF_UNIX, SOCK_DGRAM);
      receiver.bind(path);
      const [transport, protocol] = await createDatagramEndpoint(loop, () => new DatagramWitness(), {
        family: 'unix',
      });
      let sent = 0;
      while (transport.getWriteBufferSize() === 0) transport.sendto(Buffer.from(String(sent++)), path);
      const before = viewLoop(loop).iterations;
      await sleep(50);
      assert.ok(
        viewLoop(loop).iterations - before < 200,
        `${viewLoop(loop).iterations - before} iterations`,
      );
      assert.deepEqual(await drainAll(receiver, sent), numbers(sent));
      await protocol.closed();
      receiver.close();
    }),
  only,
);

onBackends(
  'datagrams that come thick are taken several at a time, and in order',
  async (loop) => {
    const [, receiver] = await createDatagramEndpoint(loop, () => new DatagramWitness(), {
      localAddr: ['127.0.0.1', 0],
    });
    const transport = receiver.transport as unknown as { _readable(): number };
    const readable = transport._readable.bind(transport);
    let events = 0;
    transport._readable = () => {
      events++;
      return readable();
    };
    const sender = new Socket(AF_INET, SOCK_DGRAM);
    sender.connect(receiver.address);
    for (const text of numbers(150)) sender.send(Buffer.from(text));
    assert.deepEqual(await receiver.received(150), numbers(150));
    assert.ok(events < 20, `${events} events`);
    sender.close();
    await receiver.closed();
  },
  only,
);
