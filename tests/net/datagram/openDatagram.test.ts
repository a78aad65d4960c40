// The endpoint of openDatagram: its inbox, its errors, its back-pressure, its end.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { createTask, sleep, waitFor } from '../../../src/asyncio.ts';
import { isCancelled } from '../../../src/base/cancelled.ts';
import { InvalidArgumentError } from '../../../src/base/errors.ts';
import { ConnectionRefusedError } from '../../../src/base/osError.ts';
import { EndpointClosedError } from '../../../src/net/datagram/endpointClosedError.ts';
import { openDatagram } from '../../../src/net/datagram/openDatagram.ts';
import type { DatagramEndpoint, OpenDatagramOptions } from '../../../src/net/datagram/openDatagram.ts';
import { socketpair } from '../../../src/net/socket/socketPair.ts';
import { AF_UNIX, SOCK_DGRAM } from '../../../src/sys/libc/socketConstants.ts';
import { onDeno } from '../../commandLine.ts';
import { onBackends } from '../onBackends.ts';
import { arrivals } from '../arrivals.ts';

async function pair(options: OpenDatagramOptions = {}): Promise<[DatagramEndpoint, DatagramEndpoint]> {
  const server = await openDatagram({ localAddr: ['127.0.0.1', 0], ...options });
  const client = await openDatagram({ remoteAddr: server.sockname as [string, number] });
  return [server, client];
}

async function close(...endpoints: DatagramEndpoint[]): Promise<void> {
  for (const endpoint of endpoints) await endpoint[Symbol.asyncDispose]();
}

/** Sends texts one after the other, each when the one before has come. */
async function deliver(from: DatagramEndpoint, to: DatagramEndpoint, texts: string[]): Promise<void> {
  for (const text of texts) {
    const { received } = to.statistics();
    await from.send(Buffer.from(text));
    while (to.statistics().received === received) await sleep(1);
  }
}

const textOf = async (endpoint: DatagramEndpoint): Promise<string> =>
  String((await endpoint.receive()).data);

onBackends('openDatagram: datagrams go there and back, with addresses', async () => {
  const [server, client] = await pair();
  await client.send(Buffer.from('ping'));
  const { data, address } = await server.receive();
  assert.equal(String(data), 'ping');
  assert.equal(address[1], (client.sockname as [string, number])[1]);
  await server.send(Buffer.from('pong'), address);
  assert.equal(await textOf(client), 'pong');
  assert.deepEqual(client.peername, server.sockname);
  assert.equal(server.peername, undefined);
  assert.match(inspect(server), /<DatagramEndpoint 127\.0\.0\.1:\d+ open queued=0>/);
  const { sent, received, dropped, errors } = client.statistics();
  assert.deepEqual({ sent, received, dropped, errors }, { sent: 1, received: 1, dropped: 0, errors: 0 });
  await close(server, client);
  assert.match(inspect(server), /closed/);
});

onBackends('openDatagram: without options it can send over IPv4', async () => {
  const [server, other] = await pair();
  const sender = await openDatagram();
  await sender.send(Buffer.from('hello'), server.sockname);
  assert.equal(await textOf(server), 'hello');
  await close(server, other, sender);
});

onBackends('receive: who waits is served in turn, and a cancelled one takes nothing', async () => {
  const [server, client] = await pair();
  const waiting = [1, 2, 3].map(() => createTask(() => textOf(server)));
  await sleep(0);
  waiting[1]?.cancel();
  await deliver(client, server, ['one', 'two']);
  assert.equal(await waiting[0], 'one');
  assert.equal(await waiting[2], 'two');
  await assert.rejects(waiting[1] as Promise<string>, isCancelled);
  await close(server, client);
});

onBackends(
  'receive: cancelled in the iteration in which its datagram came, it leaves it to the next',
  async () => {
    const [server, client] = await pair();
    const first = createTask(() => textOf(server));
    const second = createTask(() => textOf(server));
    await sleep(0);
    const { transport } = server;
    const protocol = transport.getProtocol() as { datagramReceived(data: Buffer, from: unknown): void };
    protocol.datagramReceived(Buffer.from('only one'), ['127.0.0.1', 9]);
    first.cancel();
    await assert.rejects(first, isCancelled);
    assert.equal(await second, 'only one');
    await close(server, client);
  },
);

onBackends('receive: under random cancels no datagram is lost or doubled', async () => {
  const [server, client] = await pair();
  const texts = Array.from({ length: 200 }, (_, index) => String(index));
  const got: string[] = [];
  let seed = 7;
  const random = (): number => (seed = (seed * 75 + 74) % 65_537) / 65_537;
  const reader = createTask(async () => {
    while (got.length < texts.length) {
      try {
        got.push(await waitFor(() => textOf(server), random() * 3));
      } catch (error) {
        if (isCancelled(error)) throw error;
      }
    }
  });
  for (const text of texts) {
    await client.send(Buffer.from(text));
    if (random() < 0.3) await sleep(random() * 4);
  }
  await waitFor(reader, 5000);
  assert.deepEqual(onDeno ? got.sort() : got, onDeno ? texts.sort() : texts);
  await close(server, client);
});

onBackends('a full inbox drops the oldest and counts, or the newest on request', async () => {
  for (const [whenFull, left] of [
    ['dropOldest', ['3', '4']],
    ['dropNewest', ['1', '2']],
  ] as const) {
    const [server, client] = await pair({ queueSize: 2, whenFull });
    await deliver(client, server, ['1', '2', '3', '4']);
    assert.equal(server.statistics().dropped, 2);
    assert.equal(server.statistics().queued, 2);
    assert.deepEqual([await textOf(server), await textOf(server)], left);
    await close(server, client);
  }
});

onBackends('receiveNow takes what is there', async () => {
  const [server, client] = await pair();
  assert.equal(server.receiveNow(), undefined);
  await deliver(client, server, ['there']);
  assert.equal(String(server.receiveNow()?.data), 'there');
  await close(server, client);
});

onBackends('for await: until the endpoint is closed; what came before is still given out', async () => {
  const [server, client] = await pair();
  const got: string[] = [];
  const reader = createTask(async () => {
    for await (const { data } of server) {
      got.push(String(data));
      if (got.length === 2) server.close();
    }
  });
  await deliver(client, server, ['one']);
  await deliver(client, server, ['two']);
  await reader;
  assert.deepEqual(got, ['one', 'two']);
  await close(server, client);
});

onBackends('close: receivers and senders get an EndpointClosedError', async () => {
  const [server, client] = await pair();
  const waiting = createTask(() => server.receive());
  await sleep(0);
  server.close();
  await assert.rejects(waiting, EndpointClosedError);
  await assert.rejects(server.receive(), { code: 'ERR_ASYNCIO_ENDPOINT_CLOSED' });
  await assert.rejects(server.send(Buffer.from('x'), client.sockname), EndpointClosedError);
  await server.waitClosed();
  await server.waitClosed();
  client.abort();
  await client.waitClosed();
});

onBackends(
  'an error that nobody listens is thrown by receive or the next send, and the endpoint goes on',
  async () => {
    const gone = await openDatagram({ localAddr: ['127.0.0.1', 0] });
    const address = gone.sockname as [string, number];
    await close(gone);
    const client = await openDatagram({ remoteAddr: address });
    await client.send(Buffer.from('anybody?'));
    await assert.rejects(client.receive(), ConnectionRefusedError);
    assert.equal(client.statistics().errors, 1);
    const server = await openDatagram({ localAddr: address });
    await client.send(Buffer.from('now'));
    assert.equal(await textOf(server), 'now');
    await close(server, client);
  },
  { skip: onDeno && 'Deno does not tell of datagrams that are refused' },
);

onBackends('arguments that make no sense are refused', async () => {
  await assert.rejects(openDatagram({ queueSize: 0 }), InvalidArgumentError);
  await assert.rejects(openDatagram({ whenFull: 'wait' as never }), InvalidArgumentError);
  await assert.rejects(openDatagram({ localAddr: 'no path' }), InvalidArgumentError);
  const [server, client] = await pair();
  await assert.rejects(client.send('text' as never), TypeError);
  await assert.rejects(server.send(Buffer.from('whereto')), InvalidArgumentError);
  await close(server, client);
});

onBackends(
  'send: too long a datagram is the error of that send',
  async () => {
    const [server, client] = await pair();
    await assert.rejects(client.send(Buffer.alloc(70_000)), { code: 'EMSGSIZE' });
    assert.equal(client.statistics().sent, 0);
    await close(server, client);
  },
  { only: 'selector' },
);

onBackends(
  'send waits above the high mark; a cancel ends the wait, and the datagram is sent all the same',
  async () => {
    const [ours, peer] = socketpair(AF_UNIX, SOCK_DGRAM);
    const endpoint = await openDatagram({ sock: ours });
    endpoint.transport.setWriteBufferLimits({ high: 20, low: 0 });
    let sent = 0;
    const sender = createTask(async () => {
      for (;;) {
        sent++;
        await endpoint.send(Buffer.from(String(sent).padStart(8)));
      }
    });
    await arrivals();
    assert.equal(endpoint.transport.getWriteBufferSize(), 32);
    sender.cancel();
    await assert.rejects(sender, isCancelled);
    const draining = createTask(() => endpoint.send(Buffer.from('last')));
    await sleep(0);
    assert.equal(draining.done(), false);
    const got: string[] = [];
    while (got.at(-1) !== 'last') {
      const datagram = peer._tryRecv(100);
      if (datagram === undefined) await sleep(1);
      else got.push(String(datagram).trim());
    }
    await draining;
    assert.deepEqual(got, [...Array.from({ length: sent }, (_, index) => String(index + 1)), 'last']);
    await close(endpoint);
    peer.close();
  },
  { only: 'selector' },
);
