// What asyncio's test_unix_events, test_events and test_server ask of Unix sockets, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { existsSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer as createNodeServer } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTask, InvalidArgumentError } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import {
  AddressInUseError,
  ConnectionRefusedError,
  FileNotFoundError,
  OSError,
} from '../../../src/base/osError.ts';
import { createUnixConnection } from '../../../src/net/connect/createUnixConnection.ts';
import { createUnixServer } from '../../../src/net/serve/createUnixServer.ts';
import type { CreateUnixServerOptions } from '../../../src/net/serve/createUnixServer.ts';
import type { Server } from '../../../src/net/serve/server.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import type { UnixPath } from '../../../src/net/address/unixPath.ts';
import {
  AF_INET,
  AF_UNIX,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from '../../../src/sys/libc/socketConstants.ts';
import { grownDescriptors, openDescriptors } from '../../../src/testing/hostWork.ts';
import { onBackends } from '../../net/onBackends.ts';
import { Echo, Recorder } from '../../net/recorder.ts';
import { withSocketPath } from '../../net/socketPath.ts';
import { assertCancelled, failsWith } from '../../outcome.ts';
import { turns } from '../../turns.ts';

const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');
const recorder = (): Recorder => new Recorder();

/** An error of an argument, with this message. */
function badArgumentThat(message: RegExp): (error: unknown) => true {
  return (error) => {
    badArgument(error);
    assert.match((error as Error).message, message);
    return true;
  };
}

function serve(
  loop: EventLoop,
  path?: UnixPath | null,
  options?: CreateUnixServerOptions,
): Promise<Server> {
  return createUnixServer(loop, () => new Echo(), path, options);
}

async function tryEcho(loop: EventLoop, path: UnixPath): Promise<void> {
  const [transport, protocol] = await createUnixConnection(loop, recorder, path);
  transport.write(Buffer.from('xxx'));
  assert.equal(await protocol.bytes(3), 'xxx');
  transport.close();
  assert.equal(await protocol.lost, undefined);
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail('it did not fail'),
    (error: unknown) => error,
  );
}

// asyncio: EventLoopTestsMixin.test_create_unix_server, test_create_unix_connection
onBackends('createUnixServer and createUnixConnection talk, and know the path', (loop) =>
  withSocketPath(async (path) => {
    const server = await serve(loop, path);
    assert.equal(server.sockets.length, 1);
    assert.equal(server.sockets[0]?.getsockname(), path);
    const [transport, protocol] = await createUnixConnection(loop, recorder, path);
    assert.equal(transport.getExtraInfo('peername'), path);
    transport.write(Buffer.from('xxx'));
    assert.equal(await protocol.bytes(3), 'xxx');
    transport.close();
    await protocol.lost;
    server.close();
    await server.waitClosed();
  }),
);

// asyncio: SelectorStartServerTests.test_start_unix_server_1
onBackends('serveForever of a Unix server, begun later', (loop) =>
  withSocketPath(async (path) => {
    const server = await serve(loop, path, { startServing: false });
    assert.equal(server.isServing(), false);
    await server.startServing();
    assert.equal(server.isServing(), true);
    const main = createTask(() => server.serveForever());
    await turns();
    await tryEcho(loop, path);
    main.cancel();
    await assertCancelled(main);
    assert.deepEqual(server.sockets, []);
    assert.equal(existsSync(path), false);
  }),
);

// asyncio: SelectorEventLoopUnixSocketTests.test_create_unix_server_existing_path_sock
onBackends('createUnixServer replaces a socket file that a dead server left', (loop) =>
  withSocketPath(async (path) => {
    const dead = await serve(loop, path, { cleanupSocket: false });
    dead.close();
    assert.equal(existsSync(path), true);
    const server = await serve(loop, path);
    await tryEcho(loop, path);
    server.close();
    await server.waitClosed();
  }),
);

// asyncio: SelectorEventLoopUnixSocketTests.test_create_unix_server_existing_path_nonsock
onBackends('createUnixServer leaves another file alone and names it', (loop) =>
  withSocketPath(async (path) => {
    writeFileSync(path, 'precious');
    const failure = await failureOf(serve(loop, path));
    assert.ok(failure instanceof AddressInUseError, String(failure));
    assert.equal(failure.address, path);
    assert.equal(statSync(path).size, 8);
  }),
);

// asyncio: SelectorEventLoopUnixSocketTests.test_create_unix_server_bind_error
onBackends(
  'createUnixServer: a path that cannot be bound is an OSError, and no socket stays open',
  (loop) =>
    withSocketPath(async (path) => {
      const before = openDescriptors();
      const nowhere = join(dirname(path), 'none', 's');
      const missing = await failureOf(serve(loop, nowhere));
      assert.ok(missing instanceof OSError, String(missing));
      assert.equal(missing.address, nowhere);
      // The host closes its own a turn later.
      await turns();
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(grownDescriptors(before), []);
    }),
);

// asyncio: SelectorEventLoopUnixSocketTests.test_create_unix_server_pathlike, test_create_unix_connection_pathlike
onBackends('a Unix path may be a string, bytes, or a file: URL', (loop) =>
  withSocketPath(async (path) => {
    const shapes: UnixPath[] = [path, Buffer.from(path), pathToFileURL(path)];
    for (const shape of shapes) {
      const missing = await failureOf(createUnixConnection(loop, recorder, shape));
      assert.ok(missing instanceof FileNotFoundError);
      assert.equal(missing.address, path);
      const server = await serve(loop, shape);
      assert.equal(server.sockets[0]?.getsockname(), path);
      await tryEcho(loop, shape);
      server.close();
      await server.waitClosed();
    }
  }),
);

onBackends('createUnixConnection to a socket nobody serves is refused', (loop) =>
  withSocketPath(async (path) => {
    const server = await serve(loop, path, { cleanupSocket: false });
    server.close();
    const failure = await failureOf(createUnixConnection(loop, recorder, path));
    assert.ok(failure instanceof ConnectionRefusedError, String(failure));
    assert.equal(failure.address, path);
  }),
);

// asyncio: UnixServerCleanupTests.test_unix_server_addr_cleanup
onBackends('closing a Unix server removes its socket file', (loop) =>
  withSocketPath(async (path) => {
    const server = await serve(loop, path);
    assert.equal(existsSync(path), true);
    server.close();
    assert.equal(existsSync(path), false);
  }),
);

// asyncio: UnixServerCleanupTests.test_unix_server_sock_cleanup
onBackends(
  'closing a Unix server on a socket of the caller’s removes the file when cleanupSocket is true',
  (loop) =>
    withSocketPath(async (path) => {
      const socket = new Socket(AF_UNIX);
      socket.bind(path);
      const server = await serve(loop, undefined, { sock: socket, cleanupSocket: true });
      await tryEcho(loop, path);
      server.close();
      assert.equal(existsSync(path), false);
      await server.waitClosed();
    }),
  { only: 'selector' },
);

// asyncio: UnixServerCleanupTests.test_unix_server_cleanup_gone
onBackends('closing a Unix server whose file is gone is no error', (loop) =>
  withSocketPath(async (path) => {
    const server = await serve(loop, path);
    unlinkSync(path);
    server.close();
    assert.equal(existsSync(path), false);
  }),
);

// asyncio: UnixServerCleanupTests.test_unix_server_cleanup_replaced
onBackends('closing a Unix server leaves a file that somebody else put there', (loop) =>
  withSocketPath(async (path) => {
    const server = await serve(loop, path);
    unlinkSync(path);
    const other = createNodeServer().listen(path);
    await new Promise((resolve) => other.once('listening', resolve));
    server.close();
    assert.equal(existsSync(path), true);
    await new Promise((resolve) => other.close(resolve));
  }),
);

// asyncio: UnixServerCleanupTests.test_unix_server_cleanup_prevented
onBackends('cleanupSocket: false leaves the socket file', (loop) =>
  withSocketPath(async (path) => {
    const server = await serve(loop, path, { cleanupSocket: false });
    server.close();
    assert.equal(existsSync(path), true);
  }),
);

onBackends('mode sets the permission bits of the socket file', (loop) =>
  withSocketPath(async (path) => {
    const server = await serve(loop, path, { mode: 0o600 });
    assert.equal(statSync(path).mode & 0o777, 0o600);
    await tryEcho(loop, path);
    server.close();
    await server.waitClosed();
  }),
);

onBackends('an abstract name has no file, and is free again when its server is closed', async (loop) => {
  const name = `\0asyncio-ts-${process.pid}-${loop.backend.name}`;
  for (let round = 0; round < 2; round++) {
    const server = await serve(loop, name);
    assert.equal(server.sockets[0]?.getsockname(), name);
    await tryEcho(loop, name);
    const failure = await failureOf(serve(loop, name));
    assert.ok(failure instanceof AddressInUseError, String(failure));
    server.close();
    await server.waitClosed();
  }
});

onBackends('a path that is too long says so, with the limit', (loop) =>
  withSocketPath(async (path) => {
    const long = join(dirname(path), 'x'.repeat(107 - dirname(path).length));
    for (const call of [serve(loop, long), createUnixConnection(loop, recorder, long)]) {
      const failure = await failureOf(call);
      assert.ok(failure instanceof OSError);
      assert.equal(failure.code, 'ENAMETOOLONG');
      assert.match(failure.message, /too long: 108 bytes, 107 are allowed/);
    }
    const fits = long.slice(0, -1);
    const server = await serve(loop, fits);
    await tryEcho(loop, fits);
    server.close();
    await server.waitClosed();
  }),
);

// asyncio: test_create_unix_server_ssl_bool, …_nopath_nosock, …_ssl_timeout_with_plain_sock, …_path_socket_error;
// test_create_unix_connection_path_sock, …_nopath_nosock, …_nossl_serverhost, …_ssl_noserverhost,
// …_ssl_timeout_with_plain_sock
onBackends('Unix sockets refuse arguments that make no sense', async (loop) => {
  const servers: [message: RegExp, path: unknown, options?: object][] = [
    [/needs a path, or sock/, undefined],
    [/needs a path, or sock/, null],
    [/must not be empty/, ''],
    [/must be a string, bytes or a file: URL/, 5],
    [/must not contain a zero byte/, 'a\0b'],
    [/must be a string, bytes or a file: URL/, new URL('http://example.com/')],
    [/path and sock cannot be given together/, '/test', { sock: {} }],
    [/takes (a Socket|a net\.)|host backend/, undefined, { sock: {} }],
    [/ssl of a server must be a context/, '/test', { ssl: true }],
    [/sslHandshakeTimeout is only meaningful with ssl/, '/test', { sslHandshakeTimeout: 1 }],
    [/mode must be permission bits/, '/test', { mode: 0o1000 }],
    [/\bbacklog\b/, '/test', { backlog: -1 }],
  ];
  for (const [message, path, options] of servers) {
    await assert.rejects(serve(loop, path as string, options), badArgumentThat(message));
  }
  const connections: [message: RegExp, path: unknown, options?: object][] = [
    [/needs a path, or sock/, undefined],
    [/must not be empty/, ''],
    [/path and sock cannot be given together/, '/test', { sock: {} }],
    [/takes (a Socket|a net\.)|host backend/, undefined, { sock: {} }],
    [/serverHostname is only meaningful with ssl/, '/test', { serverHostname: 'spam' }],
    [/serverHostname/, '/test', { ssl: true }],
    [/sslHandshakeTimeout is only meaningful with ssl/, '/test', { sslHandshakeTimeout: 1 }],
  ];
  for (const [message, path, options] of connections) {
    await assert.rejects(
      createUnixConnection(loop, recorder, path as string, options),
      badArgumentThat(message),
    );
  }
});

// asyncio: test_create_unix_server_path_inetsock, …_path_dgram, test_create_unix_connection_path_inetsock
onBackends(
  'Unix sockets refuse a socket of another kind, and leave it alone',
  async (loop) => {
    for (const [family, type] of [
      [AF_INET, SOCK_STREAM],
      [AF_UNIX, SOCK_DGRAM],
    ] as const) {
      const socket = new Socket(family, type);
      await assert.rejects(serve(loop, undefined, { sock: socket }), badArgument);
      await assert.rejects(createUnixConnection(loop, recorder, undefined, { sock: socket }), badArgument);
      assert.equal(socket.closed, false);
      socket.close();
    }
  },
  { only: 'selector' },
);

// asyncio: test_create_unix_server_path_stream_bittype
onBackends(
  'createUnixServer takes a socket that was made with flags in its type',
  (loop) =>
    withSocketPath(async (path) => {
      const socket = new Socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK);
      socket.bind(path);
      const server = await serve(loop, null, { sock: socket });
      server.close();
      await server.waitClosed();
    }),
  { only: 'selector' },
);

onBackends(
  'createUnixConnection takes a connected Unix socket',
  async (loop) => {
    const { socketpair } = await import('../../../src/net/socket/socketPair.ts');
    const [ours, theirs] = socketpair(AF_UNIX);
    const [transport, protocol] = await createUnixConnection(loop, recorder, null, { sock: ours });
    theirs.send(Buffer.from('hi'));
    assert.equal(await protocol.bytes(2), 'hi');
    theirs.close();
    assert.equal(await protocol.lost, undefined);
    assert.equal(transport.isClosing(), true);
  },
  { only: 'selector' },
);
