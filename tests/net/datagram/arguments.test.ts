// What sendto and send take for an address, and what they refuse: the same on both backends, with the class of a
// bad argument, and the endpoint is as before.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { InvalidArgumentError, openDatagram } from '../../../src/asyncio.ts';
import type { SocketAddress } from '../../../src/transport/transport.ts';
import { onBackends } from '../onBackends.ts';

const bad: readonly unknown[] = [
  0,
  1,
  true,
  {},
  { address: '127.0.0.1', port: 9 },
  () => {},
  Symbol('address'),
  [],
  ['127.0.0.1'],
  [null, 9],
  [undefined, 9],
  [127, 9],
  ['127.0.0.1', '9'],
  ['127.0.0.1', null],
  ['127.0.0.1', Number.NaN],
  ['127.0.0.1', -1],
  ['127.0.0.1', 65_536],
  ['127.0.0.1', 1.5],
  ['no-number.invalid', 9],
  ['fe80::1%no-such-interface', 9],
  'a path',
];

const show = (value: unknown): string => (typeof value === 'symbol' ? 'symbol' : JSON.stringify(value));

onBackends('sendto: null is no address, as undefined is', async () => {
  const server = await openDatagram({ localAddr: ['127.0.0.1', 0] });
  const client = await openDatagram({ remoteAddr: server.sockname as [string, number] });
  client.transport.sendto(Buffer.from('one'), null as never);
  await client.send(Buffer.from('two'), null as never);
  assert.equal(String((await server.receive()).data), 'one');
  assert.equal(String((await server.receive()).data), 'two');
  assert.throws(() => server.transport.sendto(Buffer.from('x'), null as never), InvalidArgumentError);
  for (const endpoint of [server, client]) {
    endpoint.close();
    await endpoint.waitClosed();
  }
});

onBackends('sendto: whatever is no address is an InvalidArgumentError, connected or not', async () => {
  const server = await openDatagram({ localAddr: ['127.0.0.1', 0] });
  const client = await openDatagram({ remoteAddr: server.sockname as [string, number] });
  for (const value of bad) {
    const address = value as SocketAddress;
    for (const { transport } of [server, client])
      assert.throws(() => transport.sendto(Buffer.from('x'), address), InvalidArgumentError, show(value));
    await assert.rejects(server.send(Buffer.from('x'), address), InvalidArgumentError, show(value));
  }
  for (const data of [null, undefined, 'text', 1, {}, [1, 2]] as never[])
    assert.throws(() => server.transport.sendto(data, client.sockname), InvalidArgumentError);
  assert.equal(server.transport.getWriteBufferSize(), 0);
  await client.send(Buffer.from('still there'));
  assert.equal(String((await server.receive()).data), 'still there');
  for (const endpoint of [server, client]) {
    endpoint.close();
    await endpoint.waitClosed();
  }
});
