// What the datagram transport does with datagrams, errors and its end; on both backends where both can.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContextVar, newEventLoop, run, sleep } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { InvalidArgumentError } from '../../../src/base/errors.ts';
import { ConnectionRefusedError, OSError } from '../../../src/base/osError.ts';
import { createDatagramEndpoint } from '../../../src/net/datagram/createDatagramEndpoint.ts';
import { DatagramTransport } from '../../../src/transport/transport.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { DatagramWitness } from '../../net/datagram/witness.ts';
import { onBackends } from '../../net/onBackends.ts';
import { onDeno } from '../../commandLine.ts';

const LOCAL = ['127.0.0.1', 0] as const;

async function receiver(loop: EventLoop): Promise<DatagramWitness> {
  const [, protocol] = await createDatagramEndpoint(loop, () => new DatagramWitness(), {
    localAddr: LOCAL,
  });
  return protocol;
}

async function sender(loop: EventLoop, to: DatagramWitness): Promise<DatagramWitness> {
  const [, protocol] = await createDatagramEndpoint(loop, () => new DatagramWitness(), {
    remoteAddr: to.inet,
  });
  return protocol;
}

/** A port of this machine where nobody listens. */
async function silentPort(loop: EventLoop): Promise<[string, number]> {
  const one = await receiver(loop);
  const { inet } = one;
  await one.closed();
  return inet;
}

onBackends('a datagram comes with its sender, and goes back there', async (loop) => {
  const server = await receiver(loop);
  server.onDatagram = (data, address) => server.transport.sendto(data, address);
  const client = await sender(loop, server);
  assert.ok(client.transport instanceof DatagramTransport);
  client.transport.sendto(Buffer.from('one'));
  assert.deepEqual(await client.received(1), ['one']);
  // The port alone: Deno says 0.0.0.0 of a connected socket.
  assert.equal(server.datagrams[0]?.address[1], client.inet[1]);
  assert.deepEqual(client.datagrams[0]?.address, server.address);
  assert.deepEqual(client.transport.getExtraInfo('peername'), server.address);
  assert.equal(server.transport.getExtraInfo('peername', 'none'), 'none');
  await client.closed();
  await server.closed();
  assert.equal(client.calls.join(' '), 'made datagram lost');
});

onBackends('sendto takes any bytes: a Buffer, a Uint8Array, a part of one, none at all', async (loop) => {
  const server = await receiver(loop);
  const client = await sender(loop, server);
  const bytes = new Uint8Array(Buffer.from('xxview'));
  for (const data of [Buffer.from('buffer'), new Uint8Array([97]), bytes.subarray(2), new Uint8Array(0)]) {
    client.transport.sendto(data);
  }
  // Deno sends in any order.
  const texts = await server.received(4);
  if (onDeno) texts.sort((a, b) => b.localeCompare(a));
  assert.deepEqual(texts, onDeno ? ['view', 'buffer', 'a', ''] : ['buffer', 'a', 'view', '']);
  await client.closed();
  await server.closed();
});

onBackends('sendto refuses text, and addresses that are not its own', async (loop) => {
  const server = await receiver(loop);
  const client = await sender(loop, server);
  assert.throws(() => client.transport.sendto('text' as never), TypeError);
  assert.throws(() => client.transport.sendto(Buffer.from('a'), ['127.0.0.1', 9]), InvalidArgumentError);
  assert.throws(() => server.transport.sendto(Buffer.from('a')), InvalidArgumentError);
  assert.throws(() => server.transport.sendto(Buffer.from('a'), ['localhost', 9]), InvalidArgumentError);
  assert.throws(
    () => server.transport.sendto(Buffer.from('a'), ['127.0.0.1', 65_536]),
    InvalidArgumentError,
  );
  client.transport.sendto(Buffer.from('its own'), server.inet);
  assert.deepEqual(await server.received(1), ['its own']);
  await client.closed();
  await server.closed();
});

onBackends(
  'what nobody listens for is told by errorReceived, and the transport goes on',
  async (loop) => {
    const port = await silentPort(loop);
    const [, client] = await createDatagramEndpoint(loop, () => new DatagramWitness(), {
      remoteAddr: port,
    });
    client.transport.sendto(Buffer.from('anybody?'));
    await client.until(() => client.errors.length > 0);
    assert.ok(client.errors[0] instanceof ConnectionRefusedError, String(client.errors[0]));
    assert.equal(client.transport.isClosing(), false);
    const server = await createDatagramEndpoint(loop, () => new DatagramWitness(), { localAddr: port });
    client.transport.sendto(Buffer.from('now'));
    assert.deepEqual(await server[1].received(1), ['now']);
    await client.closed();
    await server[1].closed();
  },
  { skip: onDeno && 'Deno does not tell of datagrams that are refused' },
);

onBackends('a datagram that is too long is told by errorReceived', async (loop) => {
  const server = await receiver(loop);
  const client = await sender(loop, server);
  client.transport.sendto(Buffer.alloc(70_000));
  await client.until(() => client.errors.length > 0);
  const [error] = client.errors;
  assert.ok(error instanceof OSError && error.code === 'EMSGSIZE', String(error));
  client.transport.sendto(Buffer.from('short'));
  assert.deepEqual(await server.received(1), ['short']);
  await client.closed();
  await server.closed();
});

onBackends('an unconnected transport sends to an address where nobody is', async (loop) => {
  const port = await silentPort(loop);
  const server = await receiver(loop);
  server.transport.sendto(Buffer.from('lost'), port);
  await sleep(1);
  assert.equal(server.transport.isClosing(), false);
  server.transport.sendto(Buffer.from('to itself'), server.inet);
  assert.deepEqual(await server.received(1), ['to itself']);
  await server.closed();
});

onBackends('close: connectionLost comes later, once, and sends are dropped', async (loop) => {
  const server = await receiver(loop);
  const client = await sender(loop, server);
  client.transport.close();
  assert.equal(client.transport.isClosing(), true);
  assert.equal(client.calls.includes('lost'), false);
  client.transport.sendto(Buffer.from('too late'));
  client.transport.close();
  client.transport.abort();
  await client.loss();
  server.transport.abort();
  await server.loss();
  assert.deepEqual(server.texts, []);
});

onBackends('sends after the end are reported from the fifth on', async (loop) => {
  expectReport(/closed transport/);
  const server = await receiver(loop);
  await server.closed();
  for (let count = 0; count < 6; count++) server.transport.sendto(Buffer.from('x'), ['127.0.0.1', 9]);
});

onBackends('nothing is received after close', async (loop) => {
  const server = await receiver(loop);
  const client = await sender(loop, server);
  server.onDatagram = () => server.transport.close();
  for (const text of ['one', 'two', 'three']) client.transport.sendto(Buffer.from(text));
  await server.loss();
  assert.equal(server.texts.length, 1);
  if (!onDeno) assert.deepEqual(server.texts, ['one']);
  await client.closed();
});

onBackends('what a callback throws is reported, and the transport goes on', async (loop) => {
  expectReport(/protocol\.datagramReceived\(\) failed/);
  const server = await receiver(loop);
  const client = await sender(loop, server);
  server.onDatagram = (data) => {
    if (String(data) === 'bad') throw new Error('cannot take it');
  };
  client.transport.sendto(Buffer.from('bad'));
  client.transport.sendto(Buffer.from('good'));
  assert.deepEqual((await server.received(2)).sort(), ['bad', 'good']);
  await client.closed();
  await server.closed();
});

onBackends('another protocol can take over', async (loop) => {
  const server = await receiver(loop);
  const client = await sender(loop, server);
  const { transport } = server;
  const heir = new DatagramWitness();
  heir.connectionMade(transport);
  transport.setProtocol(heir);
  assert.equal(transport.getProtocol(), heir);
  client.transport.sendto(Buffer.from('for the heir'));
  assert.deepEqual(await heir.received(1), ['for the heir']);
  await client.closed();
  transport.close();
  await heir.loss();
});

onBackends('the marks of the buffer are as for streams', async (loop) => {
  const { transport, ...server } = await receiver(loop).then((one) => ({ transport: one.transport, one }));
  assert.deepEqual(transport.getWriteBufferLimits(), { low: 16_384, high: 65_536 });
  transport.setWriteBufferLimits({ low: 10 });
  assert.deepEqual(transport.getWriteBufferLimits(), { low: 10, high: 40 });
  assert.throws(() => transport.setWriteBufferLimits({ high: 1, low: 2 }), InvalidArgumentError);
  assert.equal(transport.getWriteBufferSize(), 0);
  await server.one.closed();
});

onBackends('callbacks run in the context of who made the endpoint', async (loop) => {
  const who = new ContextVar<string>('who', { default: 'nobody' });
  who.set('maker');
  const server = await receiver(loop);
  const client = await sender(loop, server);
  const seen: (string | undefined)[] = [];
  server.onDatagram = () => seen.push(who.get());
  who.set('sender');
  client.transport.sendto(Buffer.from('x'));
  await server.received(1);
  assert.deepEqual(seen, ['maker']);
  await client.closed();
  await server.closed();
});

test('a loop can be stopped and run again with an endpoint open', async () => {
  const loop = newEventLoop();
  const server = await loop.runUntilComplete(() => receiver(loop));
  await loop.runUntilComplete(async () => {
    server.transport.sendto(Buffer.from('later'), server.inet);
    assert.deepEqual(await server.received(1), ['later']);
    await server.closed();
  });
  loop.close();
  await run(() => sleep(0));
});
