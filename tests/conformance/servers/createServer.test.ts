// What asyncio's test_base_events and test_events ask of create_server, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { InvalidArgumentError, UnsupportedError } from '../../../src/asyncio.ts';
import { AddressInfoError, AddressInUseError, OSError } from '../../../src/base/osError.ts';
import { createConnection } from '../../../src/net/connect/createConnection.ts';
import { createServer } from '../../../src/net/serve/createServer.ts';
import type { Server } from '../../../src/net/serve/server.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import {
  IPPROTO_TCP,
  SO_REUSEPORT,
  SOL_SOCKET,
  TCP_NODELAY,
} from '../../../src/sys/libc/socketConstants.ts';
import { onBun, onDeno } from '../../commandLine.ts';
import { onBackends } from '../../net/onBackends.ts';
import { addressOf, Echo, Recorder } from '../../net/recorder.ts';
import { failsWith } from '../../outcome.ts';
import { client, serving } from './serving.ts';

const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');

// asyncio: EventLoopTestsMixin.test_create_server
onBackends(
  'createServer: a connection is accepted, read, closed, and tells its addresses',
  async (loop) => {
    const protocol = new Recorder();
    const server = await createServer(loop, () => protocol, '0.0.0.0', 0);
    assert.equal(server.sockets.length, 1);
    const [host, port] = addressOf(server);
    assert.equal(host, '0.0.0.0');
    const [transport, peer] = await createConnection(loop, () => new Recorder(), '127.0.0.1', port);
    transport.write(Buffer.from('xxx'));
    assert.equal(await protocol.bytes(3), 'xxx');
    assert.deepEqual(protocol.transport?.getExtraInfo('sockname'), ['127.0.0.1', port]);
    assert.deepEqual(protocol.transport?.getExtraInfo('peername'), transport.getExtraInfo('sockname'));
    protocol.transport?.close();
    assert.equal(await protocol.lost, undefined);
    assert.equal(await peer.lost, undefined);
    assert.deepEqual(protocol.events, ['made', 'lost']);
    assert.deepEqual(peer.events, ['made', 'eof', 'lost']);
    server.close();
    await server.waitClosed();
  },
);

// asyncio: EventLoopTestsMixin.test_create_server_addr_in_use
onBackends('createServer on a port in use names the address, and leaves nothing open', async (loop) => {
  const server = await createServer(loop, () => new Recorder(), '127.0.0.1', 0);
  const [host, port] = addressOf(server);
  const failure = await createServer(loop, () => new Recorder(), ['127.0.0.2', host], port).catch(
    (error: unknown) => error,
  );
  assert.ok(failure instanceof AddressInUseError, String(failure));
  assert.deepEqual([failure.code, failure.address, failure.port], ['EADDRINUSE', host, port]);
  assert.match(failure.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
  server.close();
});

// asyncio: EventLoopTestsMixin.test_create_server_multiple_hosts_ipv4, …_ipv6
onBackends('createServer listens at each host once, whatever the order and doubles', async (loop) => {
  const server = await createServer(loop, () => new Recorder(), ['127.0.0.1', '127.0.0.2', '127.0.0.1'], 0);
  const hosts = server.sockets.map((socket) => socket.getsockname()[0]);
  assert.deepEqual(hosts, ['127.0.0.1', '127.0.0.2']);
  const ports = new Set(server.sockets.map((socket) => socket.getsockname()[1]));
  assert.equal(ports.size, 2);
  server.close();
  const six = await createServer(loop, () => new Recorder(), ['::1', '::1'], 0);
  assert.deepEqual(
    six.sockets.map((socket) => socket.getsockname()[0]),
    ['::1'],
  );
  six.close();
});

// asyncio: EventLoopTestsMixin.test_create_server_dual_stack, BaseEventLoopWithSelectorTests.test_create_server_ipv6
onBackends('createServer without a host listens on both families, at one port', async (loop) => {
  const probe = await createServer(loop, () => new Recorder(), '127.0.0.1', 0);
  const [, port] = addressOf(probe);
  probe.close();
  const server = await createServer(loop, () => new Echo(), null, port);
  assert.deepEqual(
    server.sockets.map((socket) => socket.getsockname()[0]),
    // Deno's '::' takes IPv4 as well.
    onDeno ? ['::'] : ['0.0.0.0', '::'],
  );
  for (const host of ['127.0.0.1', '::1']) {
    const [transport, peer] = await createConnection(loop, () => new Recorder(), host, port);
    transport.write(Buffer.from('xxx'));
    assert.equal(await peer.bytes(3), 'xxx');
    transport.close();
    await peer.lost;
  }
  server.close();
  await server.waitClosed();
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_server_empty_host
onBackends('createServer takes an empty host for every interface', async (loop) => {
  const server = await createServer(loop, () => new Recorder(), '', 0, { family: 4 });
  assert.deepEqual(
    server.sockets.map((socket) => socket.getsockname()[0]),
    ['0.0.0.0'],
  );
  server.close();
});

// asyncio: EventLoopTestsMixin.test_create_server_reuse_port
onBackends(
  'createServer sets SO_REUSEPORT when asked to, and only then',
  async (loop) => {
    for (const reusePort of [false, true]) {
      const server = await createServer(loop, () => new Recorder(), '127.0.0.1', 0, { reusePort });
      const socket = server.sockets[0] as Socket;
      assert.equal(socket.getsockopt(SOL_SOCKET, SO_REUSEPORT), Number(reusePort));
      server.close();
    }
  },
  { only: 'selector' },
);

// asyncio: BaseEventLoopWithSelectorTests.test_create_server_nosoreuseport
onBackends(
  'createServer with reusePort: several servers at one port, and refused where there is none',
  async (loop) => {
    const serve = (host: string, port: number): Promise<Server> =>
      createServer(loop, () => new Recorder(), host, port, { reusePort: true });
    if (onBun || onDeno) {
      await assert.rejects(serve('127.0.0.1', 0), UnsupportedError);
      return;
    }
    const first = await serve('127.0.0.1', 0);
    const second = await serve(...addressOf(first));
    assert.deepEqual(addressOf(second), addressOf(first));
    first.close();
    second.close();
  },
);

// asyncio: EventLoopTestsMixin.test_create_server_sock, BaseEventLoopWithSelectorTests.test_create_server_stream_bittype
onBackends(
  'createServer takes a bound socket, which is the server’s then',
  async (loop) => {
    const socket = new Socket();
    socket.bind(['127.0.0.1', 0]);
    const server = await createServer(loop, () => new Echo(), undefined, undefined, { sock: socket });
    assert.equal(server.sockets[0], socket);
    const peer = await client(loop, server);
    peer.transport?.write(Buffer.from('x'));
    await peer.bytes(1);
    peer.transport?.close();
    server.close();
    assert.equal(socket.closed, true);
    await server.waitClosed();
  },
  { only: 'selector' },
);

// asyncio: test_create_server_wrong_sock, …_host_port_sock, …_no_host_port_sock, …_ssl_timeout_for_plain_socket
onBackends('createServer refuses arguments that make no sense', async (loop) => {
  const factory = (): Recorder => new Recorder();
  const cases: [host: unknown, port: unknown, options?: object][] = [
    [undefined, undefined],
    ['0.0.0.0', 0, { sock: {} }],
    [undefined, undefined, { sock: {} }],
    ['127.0.0.1', 0, { ssl: true }],
    ['127.0.0.1', 0, { sslHandshakeTimeout: 1000 }],
    ['127.0.0.1', 0, { sslShutdownTimeout: 1000 }],
    ['127.0.0.1', 65_536],
    ['127.0.0.1', -1],
    ['127.0.0.1', 0, { backlog: 1.5 }],
    ['127.0.0.1', 0, { family: 7 }],
    [[], 0],
    [[1], 0],
    [1, 0],
  ];
  for (const [host, port, options] of cases) {
    await assert.rejects(createServer(loop, factory, host as string, port as number, options), badArgument);
  }
  await assert.rejects(createServer(loop, new Recorder() as never, '127.0.0.1', 0), badArgument);
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_server_wrong_sock
onBackends(
  'createServer refuses a datagram socket',
  async (loop) => {
    const socket = new Socket(2, 2);
    await assert.rejects(
      createServer(loop, () => new Recorder(), undefined, undefined, { sock: socket }),
      badArgument,
    );
    socket.close();
  },
  { only: 'selector' },
);

// asyncio: BaseEventLoopWithSelectorTests.test_create_server_cant_bind, test_create_server_no_getaddrinfo
onBackends(
  'createServer at an address that is not this machine’s, or a name that has none, fails',
  async (loop) => {
    const failure = await createServer(loop, () => new Recorder(), '203.0.113.1', 0).catch(
      (error: unknown) => error,
    );
    assert.ok(failure instanceof OSError, String(failure));
    assert.deepEqual([failure.code, failure.address], ['EADDRNOTAVAIL', '203.0.113.1']);
    const server = await createServer(loop, () => new Recorder(), ['203.0.113.1', '127.0.0.1'], 0);
    assert.deepEqual(
      server.sockets.map((socket) => socket.getsockname()[0]),
      ['127.0.0.1'],
    );
    server.close();
    const none = await createServer(loop, () => new Recorder(), ['203.0.113.1', '203.0.113.2'], 0).catch(
      (error: unknown) => error,
    );
    assert.ok(none instanceof OSError, String(none));
    assert.match(none.message, /could not bind on any address out of 203\.0\.113\.1:0, 203\.0\.113\.2:0/);
    (loop as { getaddrinfo?: unknown }).getaddrinfo = async () => [];
    await assert.rejects(
      createServer(loop, () => new Recorder(), 'python.org', 0),
      AddressInfoError,
    );
  },
  { skip: onDeno && 'Deno calls such an address an invalid argument' },
);

// asyncio: BaseEventLoopWithSelectorTests.test_accept_connection_retry
onBackends(
  'a server that is woken for a connection that another one took goes on waiting',
  async (loop) => {
    const listening = new Socket();
    listening.bind(['127.0.0.1', 0]);
    listening.listen();
    const made: Echo[] = [];
    const factory = (): Echo => made[made.push(new Echo()) - 1] as Echo;
    const options = [{ sock: listening }, { sock: listening.dup() }];
    const servers = [];
    for (const each of options) servers.push(await createServer(loop, factory, null, null, each));
    for (let round = 1; round <= 3; round++) {
      const peer = await client(loop, servers[0] as Server);
      peer.transport?.write(Buffer.from('x'));
      await peer.bytes(1);
      assert.equal(made.length, round);
      peer.transport?.close();
      await peer.lost;
    }
    for (const server of servers) {
      server.close();
      await server.waitClosed();
    }
  },
  { only: 'selector' },
);

// asyncio: TestSelectorUtils.test_set_nodelay
onBackends(
  'both sides of a TCP connection send without delay',
  async (loop) => {
    const { server, next } = await serving(loop);
    const peer = await client(loop, server);
    for (const { transport } of [peer, await next()]) {
      const socket = transport?.getExtraInfo<Socket>('socket');
      assert.equal(socket?.getsockopt(IPPROTO_TCP, TCP_NODELAY), 1);
    }
    peer.transport?.close();
    server.close();
    await server.waitClosed();
  },
  { only: 'selector' },
);
