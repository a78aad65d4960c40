// What asyncio's test_base_events and test_events ask of create_connection, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, ExceptionGroup, InvalidArgumentError, sleep } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import {
  AddressInfoError,
  AddressInUseError,
  ConnectionRefusedError,
  OSError,
} from '../../../src/base/osError.ts';
import { createConnection } from '../../../src/net/connect/createConnection.ts';
import type { CreateConnectionOptions } from '../../../src/net/connect/createConnection.ts';
import { createServer } from '../../../src/net/serve/createServer.ts';
import type { AddressInfo } from '../../../src/net/address/numericAddress.ts';
import type { Server } from '../../../src/net/serve/server.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  SOCK_DGRAM,
  SOCK_STREAM,
} from '../../../src/sys/libc/socketConstants.ts';
import { onBun } from '../../commandLine.ts';
import { selectorMissing } from '../../net/backends.ts';
import { onBackends } from '../../net/onBackends.ts';
import { addressOf, Echo, Recorder } from '../../net/recorder.ts';
import { closedPort, silentAddress } from '../../net/silentAddress.ts';
import { assertCancelled, failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');
const recorder = (): Recorder => new Recorder();
/** What needs sockets of ours for its set-up, on either backend. */
const skip = selectorMissing;

function connect(
  loop: EventLoop,
  host?: string | null,
  port?: number | string | null,
  options?: CreateConnectionOptions,
): ReturnType<typeof createConnection<Recorder>> {
  return createConnection(loop, recorder, host, port, options);
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error,
  );
}

function echoServer(loop: EventLoop, host: string = '127.0.0.1', port: number = 0): Promise<Server> {
  return createServer(loop, () => new Echo(), host, port);
}

/** Puts a look-up of the test's own into the loop. */
function lookUpAs(loop: EventLoop, find: (host: string | null, port: number) => AddressInfo[]): void {
  const own = loop as { getaddrinfo?: unknown };
  own.getaddrinfo = async (host: string | null, port: number) => find(host, port);
}

function four(host: string, port: number): AddressInfo {
  return [AF_INET, SOCK_STREAM, 6, '', [host, port]];
}

function six(host: string, port: number): AddressInfo {
  return [AF_INET6, SOCK_STREAM, 6, '', [host, port, 0, 0]];
}

// asyncio: EventLoopTestsMixin.test_create_connection
onBackends('createConnection gives transport and protocol after connectionMade', async (loop) => {
  const server = await echoServer(loop);
  const [host, port] = addressOf(server);
  const [transport, protocol] = await connect(loop, host, port);
  assert.deepEqual(protocol.events, ['made']);
  assert.equal(protocol.transport, transport);
  assert.equal(transport.getProtocol(), protocol);
  assert.deepEqual(transport.getExtraInfo('peername'), [host, port]);
  transport.write(Buffer.from('hello'));
  assert.equal(await protocol.bytes(5), 'hello');
  transport.close();
  assert.equal(await protocol.lost, undefined);
  server.close();
  await server.waitClosed();
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_ip_addr, test_create_connection_no_inet_pton
onBackends('createConnection to a numeric host asks no resolver', async (loop) => {
  lookUpAs(loop, () => assert.fail('looked up'));
  for (const host of ['127.0.0.1', '::1']) {
    const server = await echoServer(loop, host);
    const [, port] = addressOf(server);
    for (const given of [port, String(port)]) {
      const [transport, protocol] = await connect(loop, host, given);
      assert.equal(transport.getExtraInfo<unknown[]>('peername')?.[0], host);
      transport.close();
      await protocol.lost;
    }
    server.close();
    await server.waitClosed();
  }
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_service_name
onBackends('createConnection takes the name of a service, and refuses one that is none', async (loop) => {
  let asked: unknown;
  const own = loop as { getaddrinfo?: unknown };
  own.getaddrinfo = async (_host: string, port: unknown) => {
    asked = port;
    return [four(...addressOf(server))];
  };
  const server = await echoServer(loop);
  const [transport, protocol] = await connect(loop, '127.0.0.1', 'http');
  assert.equal(asked, 'http');
  transport.close();
  await protocol.lost;
  server.close();
  await server.waitClosed();
  delete own.getaddrinfo;
  const failure = await failureOf(connect(loop, '127.0.0.1', 'nonsense'));
  assert.ok(failure instanceof AddressInfoError);
});

onBackends('createConnection looks a name up', async (loop) => {
  const server = await echoServer(loop);
  const [transport, protocol] = await connect(loop, 'localhost', addressOf(server)[1], { family: 4 });
  transport.close();
  await protocol.lost;
  server.close();
  await server.waitClosed();
});

onBackends('createConnection without a host connects to this machine', async (loop) => {
  const server = await echoServer(loop);
  const [transport, protocol] = await connect(loop, null, addressOf(server)[1]);
  assert.equal(transport.getExtraInfo<unknown[]>('peername')?.[0], '127.0.0.1');
  transport.close();
  await protocol.lost;
  server.close();
  await server.waitClosed();
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_no_getaddrinfo
onBackends('createConnection to a name without addresses is an AddressInfoError', async (loop) => {
  lookUpAs(loop, () => []);
  const failure = await failureOf(connect(loop, 'example.com', 80));
  assert.ok(failure instanceof AddressInfoError);
  assert.equal(failure.address, 'example.com');
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_connect_err
onBackends(
  'createConnection refused: the error names the address, allErrors makes a group',
  async (loop) => {
    const closed = closedPort('127.0.0.1');
    const failure = await failureOf(connect(loop, '127.0.0.1', closed.port));
    assert.ok(failure instanceof ConnectionRefusedError);
    assert.deepEqual(
      [failure.code, failure.syscall, failure.address, failure.port],
      ['ECONNREFUSED', 'connect', '127.0.0.1', closed.port],
    );
    const group = await failureOf(connect(loop, '127.0.0.1', closed.port, { allErrors: true }));
    assert.ok(group instanceof ExceptionGroup);
    assert.equal(group.errors.length, 1);
    assert.ok(group.errors[0] instanceof ConnectionRefusedError);
    closed.close();
  },
  { skip },
);

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_multiple, test_create_connection_multiple_errors
onBackends(
  'createConnection to several addresses: one error quotes all and has their class',
  async (loop) => {
    const [one, two] = [closedPort('127.0.0.1'), closedPort('127.0.0.2')];
    lookUpAs(loop, () => [four(one.host, one.port), four(two.host, two.port)]);
    const failure = await failureOf(connect(loop, 'example.com', 80));
    assert.ok(failure instanceof ConnectionRefusedError);
    assert.equal(failure.code, 'ECONNREFUSED');
    assert.match(failure.message, /^Multiple exceptions: .*127\.0\.0\.1:.*, .*127\.0\.0\.2:/);
    assert.ok(failure.cause instanceof ExceptionGroup);
    const group = await failureOf(connect(loop, 'example.com', 80, { allErrors: true }));
    assert.ok(group instanceof ExceptionGroup);
    assert.equal(group.errors.length, 2);
    for (const error of group.errors) assert.ok(error instanceof ConnectionRefusedError);
    lookUpAs(loop, () => [four(one.host, one.port), four(one.host, one.port)]);
    const same = await failureOf(connect(loop, 'example.com', 80));
    assert.ok(same instanceof ConnectionRefusedError);
    assert.doesNotMatch(same.message, /Multiple/);
    one.close();
    two.close();
  },
  { skip },
);

onBackends(
  'createConnection tries the addresses in turn until one answers',
  async (loop) => {
    const server = await echoServer(loop);
    const [, port] = addressOf(server);
    const closed = closedPort('127.0.0.2');
    lookUpAs(loop, () => [four('127.0.0.2', closed.port), four('127.0.0.1', port)]);
    const [transport, protocol] = await connect(loop, 'example.com', 80);
    assert.deepEqual(transport.getExtraInfo('peername'), ['127.0.0.1', port]);
    transport.close();
    await protocol.lost;
    server.close();
    await server.waitClosed();
    closed.close();
  },
  { skip },
);

// asyncio: EventLoopTestsMixin.test_create_connection_local_addr
onBackends('createConnection from a local address', async (loop) => {
  const server = await echoServer(loop);
  const probe = await echoServer(loop, '127.0.0.3');
  const [, port] = addressOf(probe);
  probe.close();
  const [transport, protocol] = await connect(loop, ...addressOf(server), {
    localAddr: ['127.0.0.3', port],
  });
  assert.deepEqual(transport.getExtraInfo('sockname'), ['127.0.0.3', port]);
  transport.abort();
  await protocol.lost;
  server.close();
  await server.waitClosed();
});

// asyncio: EventLoopTestsMixin.test_create_connection_local_addr_in_use
onBackends('createConnection from a local address in use names that address', async (loop) => {
  const server = await echoServer(loop);
  const [host, port] = addressOf(server);
  const failure = await failureOf(connect(loop, host, port, { localAddr: [host, port] }));
  assert.ok(failure instanceof AddressInUseError, String(failure));
  // Bun does not tell which of its calls it was.
  if (!onBun) assert.equal(failure.syscall, 'bind');
  assert.deepEqual([failure.address, failure.port], [host, port]);
  server.close();
});

// asyncio: EventLoopTestsMixin.test_create_connection_local_addr_skip_different_family
onBackends('createConnection passes over local addresses of another family', async (loop) => {
  const server = await echoServer(loop);
  const [host, port] = addressOf(server);
  lookUpAs(loop, (name) => (name === 'here' ? [six('::1', 0), four('127.0.0.4', 0)] : [four(host, port)]));
  const [transport, protocol] = await connect(loop, 'there', port, { localAddr: ['here', 0] });
  assert.equal(transport.getExtraInfo<unknown[]>('sockname')?.[0], '127.0.0.4');
  transport.close();
  await protocol.lost;
  server.close();
  await server.waitClosed();
});

// asyncio: EventLoopTestsMixin.test_create_connection_local_addr_nomatch_family, test_create_connection_no_local_addr
onBackends('createConnection without a local address of the family fails', async (loop) => {
  lookUpAs(loop, (name) => (name === 'here' ? [six('::1', 0)] : [four('127.0.0.1', 9)]));
  const failure = await failureOf(connect(loop, 'there', 9, { localAddr: ['here', 0] }));
  assert.ok(failure instanceof OSError);
  assert.equal(failure.code, 'EADDRNOTAVAIL');
  assert.match(failure.message, /no local address of family IPv4/);
  lookUpAs(loop, (name) => (name === 'here' ? [] : [four('127.0.0.1', 9)]));
  assert.ok(
    (await failureOf(connect(loop, 'there', 9, { localAddr: ['here', 0] }))) instanceof AddressInfoError,
  );
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_multiple_errors_local_addr
onBackends(
  'createConnection tries each local address, and collects what failed',
  async (loop) => {
    const server = await echoServer(loop);
    const [host, port] = addressOf(server);
    const closed = closedPort('127.0.0.1');
    lookUpAs(loop, (name) =>
      name === 'here' ? [four(host, port), four('127.0.0.5', 0)] : [four(host, closed.port)],
    );
    const options: CreateConnectionOptions = { localAddr: ['here', 0] };
    const failure = await failureOf(connect(loop, 'there', 9, options));
    assert.ok(failure instanceof OSError);
    assert.match(failure.message, /^Multiple exceptions: bind .*EADDRINUSE.*, connect .*ECONNREFUSED/);
    const group = await failureOf(connect(loop, 'there', 9, { ...options, allErrors: true }));
    assert.ok(group instanceof ExceptionGroup);
    assert.deepEqual(
      group.errors.map((error) => (error as OSError).syscall),
      ['bind', 'connect'],
    );
    closed.close();
    server.close();
  },
  { skip },
);

// asyncio: test_create_connection_host_port_sock, …_wrong_sock, …_no_host_port_sock, …_no_ssl_server_hostname_errors,
// …_ssl_server_hostname_errors, …_ssl_timeout_for_plain_socket
onBackends('createConnection refuses arguments that make no sense', async (loop) => {
  const cases: [host: unknown, port: unknown, options?: object][] = [
    [undefined, undefined],
    [null, null],
    ['127.0.0.1', 80, { sock: {} }],
    [undefined, undefined, { sock: {} }],
    ['127.0.0.1', 80, { serverHostname: 'example.com' }],
    ['127.0.0.1', 80, { serverHostname: '' }],
    ['', 80, { ssl: true }],
    [null, 80, { ssl: true }],
    ['127.0.0.1', 80, { sslHandshakeTimeout: 1000 }],
    ['127.0.0.1', 80, { sslShutdownTimeout: 1000 }],
    ['127.0.0.1', 65_536],
    ['127.0.0.1', {}],
    [1, 80],
    ['127.0.0.1', 80, { interleave: -1 }],
    ['127.0.0.1', 80, { happyEyeballsDelay: 'soon' }],
    ['127.0.0.1', 80, { family: 3 }],
  ];
  for (const [host, port, options] of cases) {
    await assert.rejects(connect(loop, host as string, port as number, options), badArgument);
  }
  await assert.rejects(createConnection(loop, {} as never, '127.0.0.1', 80), badArgument);
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_wrong_sock
onBackends(
  'createConnection refuses a datagram socket, and leaves it alone',
  async (loop) => {
    const socket = new Socket(AF_INET, SOCK_DGRAM);
    await assert.rejects(connect(loop, undefined, undefined, { sock: socket }), badArgument);
    assert.equal(socket.closed, false);
    socket.close();
  },
  { only: 'selector' },
);

onBackends(
  'createConnection takes a connected socket, IP or Unix',
  async (loop) => {
    const { socketpair } = await import('../../../src/net/socket/socketPair.ts');
    const [ours, theirs] = socketpair(AF_UNIX);
    const [transport, protocol] = await connect(loop, null, null, { sock: ours });
    theirs.send(Buffer.from('hi'));
    assert.equal(await protocol.bytes(2), 'hi');
    transport.close();
    await protocol.lost;
    assert.equal(ours.closed, true);
    theirs.close();
  },
  { only: 'selector' },
);

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_connect_non_os_err_close_err
onBackends('createConnection: a factory that throws closes the socket', async (loop) => {
  const made: Recorder[] = [];
  const server = await createServer(
    loop,
    () => made[made.push(new Recorder()) - 1] as Recorder,
    '127.0.0.1',
    0,
  );
  const failing = (): Recorder => {
    throw new RangeError('no protocol');
  };
  await assert.rejects(createConnection(loop, failing, ...addressOf(server)), RangeError);
  while (made.length === 0) await sleep(1);
  await made[0]?.lost;
  server.close();
  await server.waitClosed();
});

// asyncio: BaseEventLoopWithSelectorTests.test_create_connection_timeout
onBackends(
  'createConnection that is cancelled while it connects leaves no socket',
  async (loop) => {
    const silent = silentAddress('127.0.0.1');
    const task = createTask(() => connect(loop, silent.host, silent.port));
    await sleep(5);
    assert.equal(task.done(), false);
    task.cancel();
    await assertCancelled(task);
    silent.close();
  },
  { skip },
);

onBackends('createConnection that is cancelled during the look-up ends at once', async (loop) => {
  const own = loop as { getaddrinfo?: unknown };
  own.getaddrinfo = async () => await sleep(60_000);
  const task = createTask(() => connect(loop, 'example.com', 80));
  await turns(3);
  task.cancel();
  await assertCancelled(task);
});
