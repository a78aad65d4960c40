// createDatagramEndpoint: its arguments, its addresses, its options.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { getRunningLoop } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { InvalidArgumentError } from '../../../src/base/errors.ts';
import {
  AddressInfoError,
  AddressInUseError,
  FileNotFoundError,
  OSError,
} from '../../../src/base/osError.ts';
import { createDatagramEndpoint } from '../../../src/net/datagram/createDatagramEndpoint.ts';
import type { DatagramEndpointOptions } from '../../../src/net/datagram/createDatagramEndpoint.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import {
  AF_INET,
  AF_UNIX,
  AI_NUMERICHOST,
  SO_BROADCAST,
  SO_REUSEPORT,
  SOCK_DGRAM,
  SOL_SOCKET,
} from '../../../src/sys/libc/socketConstants.ts';
import { DatagramWitness } from '../../net/datagram/witness.ts';
import { onBackends } from '../../net/onBackends.ts';
import { withSocketPath } from '../../net/socketPath.ts';

const only = { only: 'selector' } as const;

async function open(loop: EventLoop, options: DatagramEndpointOptions): Promise<DatagramWitness> {
  const [transport, protocol] = await createDatagramEndpoint(loop, () => new DatagramWitness(), options);
  assert.equal(protocol.transport, transport);
  assert.deepEqual(protocol.calls, ['made']);
  return protocol;
}

async function refused(
  options: DatagramEndpointOptions,
  type: new (...args: never[]) => Error = InvalidArgumentError,
): Promise<Error> {
  const failure: unknown = await createDatagramEndpoint(
    getRunningLoop(),
    () => new DatagramWitness(),
    options,
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof type, `${JSON.stringify(options)}: ${String(failure)}`);
  return failure;
}

onBackends('without addresses the family must be said', async (loop) => {
  await refused({});
  await refused({ family: 0 });
  await refused({ family: 5 as never });
  const four = await open(loop, { family: 4 });
  await four.closed();
});

onBackends('an address is host and port, or a path with the family unix', async () => {
  await refused({ localAddr: 'localhost' }, TypeError);
  await refused({ localAddr: ['localhost', 1, 2, 3] as never }, TypeError);
  await refused({ localAddr: ['127.0.0.1', 70_000] });
  await refused({ localAddr: ['127.0.0.1', 0], family: 'unix' }, TypeError);
  await refused({ remoteAddr: ['127.0.0.1', 9], family: 1 }, TypeError);
});

onBackends('addresses of different families do not go together', async () => {
  await refused({ localAddr: ['::1', 0], remoteAddr: ['127.0.0.1', 9] });
});

onBackends('a factory that is no function is refused', async (loop) => {
  await assert.rejects(createDatagramEndpoint(loop, 1 as never, { family: 4 }), InvalidArgumentError);
});

onBackends('a name that is unknown, and one where only numbers are wanted', async () => {
  await refused({ localAddr: ['no-such-host.invalid', 0] }, AddressInfoError);
  await refused({ localAddr: ['localhost', 0], flags: AI_NUMERICHOST }, AddressInfoError);
});

onBackends('a port in use is an error with the address', async (loop) => {
  const first = await open(loop, { localAddr: ['127.0.0.1', 0] });
  const error = (await refused({ localAddr: first.inet }, AddressInUseError)) as AddressInUseError;
  assert.equal(error.address, '127.0.0.1');
  // Bun leaves the port out.
  assert.ok([first.inet[1], undefined].includes(error.port));
  await first.closed();
});

onBackends('a local address that is not this machine is an OSError', async () => {
  await refused({ localAddr: ['203.0.113.1', 0] }, OSError);
});

onBackends('a name is looked up, and the endpoint says where it is', async (loop) => {
  const server = await open(loop, { localAddr: ['localhost', 0], family: 4 });
  assert.equal(server.inet[0], '127.0.0.1');
  const client = await open(loop, { remoteAddr: server.inet, localAddr: ['127.0.0.1', 0] });
  assert.deepEqual(client.transport.getExtraInfo('peername'), server.address);
  client.transport.sendto(Buffer.from('hello'));
  assert.deepEqual(await server.received(1), ['hello']);
  await client.closed();
  await server.closed();
});

onBackends('IPv6: addresses have flow info and scope', async (loop) => {
  const server = await open(loop, { localAddr: ['::1', 0] }).catch(() => undefined);
  if (server === undefined) return;
  const [host, port, flow, scope] = server.address as unknown as [string, number, number, number];
  assert.deepEqual([host, flow, scope], ['::1', 0, 0]);
  const client = await open(loop, { family: 6 });
  client.transport.sendto(Buffer.from('six'), ['::1', port]);
  assert.deepEqual(await server.received(1), ['six']);
  await client.closed();
  await server.closed();
});

onBackends(
  'with allowBroadcast the endpoint hears everybody though it has a remote address',
  async (loop) => {
    const target = await open(loop, { localAddr: ['127.0.0.1', 0] });
    const other = await open(loop, { localAddr: ['127.0.0.1', 0] });
    const sender = await open(loop, {
      localAddr: ['127.0.0.1', 0],
      remoteAddr: target.inet,
      allowBroadcast: true,
    });
    assert.equal(sender.transport.getExtraInfo('peername'), undefined);
    sender.transport.sendto(Buffer.from('no address needed'));
    assert.deepEqual(await target.received(1), ['no address needed']);
    assert.throws(() => sender.transport.sendto(Buffer.from('x'), other.inet), InvalidArgumentError);
    other.transport.sendto(Buffer.from('a stranger'), sender.inet);
    assert.deepEqual(await sender.received(1), ['a stranger']);
    for (const one of [sender, target, other]) await one.closed();
  },
);

onBackends(
  'options of the socket are set when they are asked for, and only then',
  async (loop) => {
    const option = ({ transport }: DatagramWitness, name: number): number =>
      (transport.getExtraInfo<Socket>('socket') as Socket).getsockopt(SOL_SOCKET, name);
    const plain = await open(loop, { localAddr: ['127.0.0.1', 0] });
    assert.deepEqual([option(plain, SO_REUSEPORT), option(plain, SO_BROADCAST)], [0, 0]);
    const set = await open(loop, { localAddr: ['127.0.0.1', 0], reusePort: true, allowBroadcast: true });
    assert.deepEqual([option(set, SO_REUSEPORT), option(set, SO_BROADCAST)], [1, 1]);
    const second = await open(loop, { localAddr: set.inet, reusePort: true });
    for (const one of [plain, set, second]) await one.closed();
  },
  only,
);

onBackends(
  'sock: a socket of the caller’s takes the place of everything else',
  async (loop) => {
    const sock = new Socket(AF_INET, SOCK_DGRAM);
    sock.bind(['127.0.0.1', 0]);
    const address = sock.getsockname();
    const server = await open(loop, { sock });
    assert.deepEqual(server.address, address);
    assert.equal(server.transport.getExtraInfo('socket'), sock);
    await server.closed();
    assert.equal(sock.closed, true);
  },
  only,
);

onBackends(
  'sock: must be for datagrams, and excludes what shapes a socket',
  async () => {
    const stream = new Socket();
    await refused({ sock: stream });
    await refused({ sock: {} });
    const sock = new Socket(AF_INET, SOCK_DGRAM);
    for (const option of [
      { localAddr: ['127.0.0.1', 0] as const },
      { remoteAddr: ['127.0.0.1', 9] as const },
      { family: 4 as const },
      { proto: 17 },
      { flags: 1 },
      { reusePort: true },
      { allowBroadcast: true },
    ]) {
      const { message } = await refused({ sock, ...option });
      assert.match(message, new RegExp(Object.keys(option)[0] as string));
    }
    assert.equal(sock.closed, false);
    stream.close();
    sock.close();
  },
  only,
);

onBackends(
  'Unix: by paths both ways, and without any',
  (loop) =>
    withSocketPath(async (path) => {
      const server = await open(loop, { localAddr: path, family: 'unix' });
      assert.equal(server.address, path);
      const client = await open(loop, { localAddr: `${path}-client`, remoteAddr: path, family: AF_UNIX });
      client.transport.sendto(Buffer.from('by path'));
      await server.received(1);
      assert.equal(server.datagrams[0]?.address, `${path}-client`);
      server.transport.sendto(Buffer.from('back'), `${path}-client`);
      assert.deepEqual(await client.received(1), ['back']);
      const unnamed = await open(loop, { family: 'unix' });
      assert.equal(unnamed.address, '');
      unnamed.transport.sendto(Buffer.from('from nobody'), path);
      await server.received(2);
      assert.equal(server.datagrams[1]?.address, '');
      for (const one of [server, client, unnamed]) await one.closed();
    }),
  only,
);

onBackends(
  'Unix: a stale socket file is replaced, any other file is not, and abstract names leave none',
  (loop) =>
    withSocketPath(async (path) => {
      const stale = new Socket(AF_UNIX, SOCK_DGRAM);
      stale.bind(path);
      stale.close();
      const server = await open(loop, { localAddr: path, family: 'unix' });
      await server.closed();
      await refused({ remoteAddr: `${path}-nobody`, family: 'unix' }, FileNotFoundError);
      const name = `\0asyncio-ts-${path}`;
      const abstract = await open(loop, { localAddr: name, family: 'unix' });
      assert.equal(abstract.address, name);
      await abstract.closed();
    }),
  only,
);
