// Socket by itself: families, addresses, options, errors, and whose the descriptor is.

import '../harness.ts';
import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { InvalidArgumentError } from '../../src/asyncio.ts';
import {
  AddressInUseError,
  BlockingIOError,
  BrokenPipeError,
  ConnectionRefusedError,
  ConnectionResetError,
  FileNotFoundError,
  OSError,
} from '../../src/base/osError.ts';
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  MSG_PEEK,
  SHUT_WR,
  SO_BROADCAST,
  SO_LINGER,
  SO_PEERCRED,
  SO_TYPE,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  socketpair,
  SOL_SOCKET,
  TCP_NODELAY,
} from '../../src/socket.ts';
import { selectorMissing } from './backends.ts';
import { withSocketPath } from './socketPath.ts';

/** A test that closes every socket which it was given by `open`. */
function socketTest(
  title: string,
  body: (open: <S extends readonly Socket[] | Socket>(sockets: S) => S) => unknown,
): void {
  test(`Socket: ${title}`, { skip: selectorMissing, timeout: 10_000 }, async () => {
    const opened: Socket[] = [];
    try {
      await body((sockets) => {
        opened.push(...((Array.isArray(sockets) ? sockets : [sockets]) as Socket[]));
        return sockets;
      });
    } finally {
      for (const socket of opened) socket.close();
    }
  });
}

const fails =
  (type: new (...args: never[]) => Error, code: string, syscall: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof type, String(error));
    assert.deepEqual(
      { code: (error as OSError).code, syscall: (error as OSError).syscall },
      { code, syscall },
    );
    return true;
  };

const badDescriptor = (syscall: string) => fails(OSError, 'EBADF', syscall);

for (const [family, host] of [
  [AF_INET, '127.0.0.1'],
  [AF_INET6, '::1'],
] as const) {
  socketTest(`a TCP connection to ${host}`, (open) => {
    const server = open(new Socket(family));
    server.bind([host, 0]);
    server.listen();
    const address = server.getsockname();
    assert.equal(address[0], host);
    assert.equal(address.length, family === AF_INET ? 2 : 4);
    const client = open(new Socket(family));
    assert.throws(() => client.connect(address), fails(BlockingIOError, 'EINPROGRESS', 'connect'));
    const [accepted, peer] = server.accept();
    open(accepted);
    assert.deepEqual(peer, client.getsockname());
    assert.deepEqual(accepted.getpeername(), client.getsockname());
    assert.deepEqual([accepted.family, accepted.type], [family, SOCK_STREAM]);
    assert.equal(client.send(Buffer.from('ping')), 4);
    assert.equal(accepted.recv(100).toString(), 'ping');
    client.shutdown(SHUT_WR);
    assert.equal(accepted.recv(100).length, 0);
  });

  socketTest(`datagrams to ${host}`, (open) => {
    const [left, right] = open([new Socket(family, SOCK_DGRAM), new Socket(family, SOCK_DGRAM)] as const);
    left.bind([host, 0]);
    right.bind([host, 0]);
    assert.equal(left.sendto(Buffer.from('ping'), right.getsockname()), 4);
    assert.deepEqual(
      right.recvfrom(2),
      [Buffer.from('pi'), left.getsockname()],
      'cut, and the rest is gone',
    );
    assert.throws(() => right.recv(2), fails(BlockingIOError, 'EAGAIN', 'recv'));
    right.connect(left.getsockname());
    right.send(Buffer.alloc(0));
    assert.deepEqual(left.recvfrom(10), [Buffer.alloc(0), right.getsockname()], 'an empty one is one');
  });
}

socketTest('Unix sockets with a path, an abstract name and none', (open) =>
  withSocketPath(async (path) => {
    for (const name of [path, '\0asyncio-ts-test-ä', '']) {
      const server = open(new Socket(AF_UNIX));
      server.bind(name);
      server.listen();
      const address = server.getsockname() as string;
      if (name === '') assert.match(address, /^\0[\da-f]{5}$/, 'the system chose an abstract one');
      else assert.equal(address, name);
      const client = open(new Socket(AF_UNIX));
      client.connect(address);
      const [accepted, peer] = server.accept();
      open(accepted);
      assert.equal(peer, '', 'a client has no name');
      assert.equal(client.getpeername(), address);
      server.close();
    }
    assert.ok(existsSync(path));
  }),
);

socketTest('socketpair connects two', (open) => {
  for (const type of [SOCK_STREAM, SOCK_DGRAM]) {
    const [left, right] = open(socketpair(AF_UNIX, type));
    left.send(Buffer.from('ping'));
    assert.equal(right.recv(100).toString(), 'ping');
    assert.equal(right.getsockname(), '');
  }
});

socketTest('it does not block, and programs that are started do not get it', (open) => {
  const server = open(new Socket());
  server.bind(['127.0.0.1', 0]);
  server.listen();
  const client = open(new Socket());
  client.connectEx(server.getsockname());
  const [accepted] = server.accept();
  const pair = open(socketpair());
  for (const socket of open([
    server,
    client,
    accepted,
    ...pair,
    accepted.dup(),
    Socket.fromFd(pair[0].dup().detach()),
  ])) {
    const flags = Number.parseInt(
      /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${socket.fileno()}`, 'utf8'))?.[1] ?? '',
      8,
    );
    assert.equal(flags & 0o2004000, 0o2004000, inspect(socket));
  }
});

socketTest('recvInto and recvfromInto fill a buffer or the first bytes of one', (open) => {
  const [left, right] = open(socketpair());
  left.send(Buffer.from('abcdef'));
  const buffer = Buffer.alloc(6, '.');
  assert.equal(right.recvInto(buffer, 2), 2);
  assert.equal(buffer.toString(), 'ab....');
  assert.equal(right.recvInto(buffer.subarray(4)), 2);
  assert.equal(buffer.toString(), 'ab..cd');
  assert.equal(right.recvInto(new Uint8Array(buffer.buffer, buffer.byteOffset + 2, 1), 0, MSG_PEEK), 1);
  assert.deepEqual(right.recvfromInto(buffer), [2, '']);
  assert.equal(buffer.toString(), 'efe.cd');
  assert.throws(() => right.recvInto(buffer, 7), InvalidArgumentError);
  assert.throws(() => right.recvInto(buffer), BlockingIOError);
});

socketTest('what is received stays as it is', (open) => {
  const [left, right] = open(socketpair());
  const sizes = [10, 5000, 70_000, 200_000];
  const received = sizes.map((size, index) => {
    left.send(Buffer.alloc(10, index));
    return right.recv(size);
  });
  for (const [index, data] of received.entries()) assert.deepEqual(data, Buffer.alloc(10, index));
});

socketTest('options are numbers, yes or no, or bytes', (open) => {
  const socket = open(new Socket());
  socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, true);
  assert.notEqual(socket.getsockopt(IPPROTO_TCP, TCP_NODELAY), 0);
  assert.equal(socket.getsockopt(SOL_SOCKET, SO_TYPE), SOCK_STREAM);
  const linger = new Uint8Array(Int32Array.of(1, 7).buffer);
  socket.setsockopt(SOL_SOCKET, SO_LINGER, linger);
  assert.deepEqual(new Uint8Array(socket.getsockopt(SOL_SOCKET, SO_LINGER, 8)), linger);
  assert.throws(
    () => socket.setsockopt(SOL_SOCKET, 12_345, 1),
    fails(OSError, 'ENOPROTOOPT', 'setsockopt'),
  );
  const [left] = open(socketpair());
  const credentials = left.getsockopt(SOL_SOCKET, SO_PEERCRED, 12);
  assert.equal(credentials.readInt32LE(0), process.pid);
  const datagrams = open(new Socket(AF_INET, SOCK_DGRAM));
  datagrams.setsockopt(SOL_SOCKET, SO_BROADCAST, 1);
  assert.equal(datagrams.getsockopt(SOL_SOCKET, SO_BROADCAST), 1);
});

socketTest('an address in use is its own error, with the address', (open) => {
  const [first, second] = open([new Socket(), new Socket()] as const);
  first.bind(['127.0.0.1', 0]);
  first.listen();
  const [host, port] = first.getsockname() as [string, number];
  assert.throws(
    () => second.bind([host, port]),
    (error) => {
      assert.ok(error instanceof AddressInUseError);
      assert.deepEqual([error.address, error.port], [host, port]);
      assert.equal(error.message, `bind ${host}:${port}: address already in use (EADDRINUSE)`);
      return true;
    },
  );
  const [one, other] = open([new Socket(AF_UNIX), new Socket(AF_UNIX)] as const);
  one.bind('\0asyncio-ts-taken');
  assert.throws(
    () => other.bind('\0asyncio-ts-taken'),
    (error) => error instanceof AddressInUseError && error.address === '@asyncio-ts-taken',
  );
});

socketTest('refused, reset, broken and missing are errors of their own', (open) => {
  const client = open(new Socket(AF_UNIX));
  assert.throws(() => client.connect('/nonexistent/socket'), FileNotFoundError);
  assert.throws(() => client.connect('\0asyncio-ts-nobody'), ConnectionRefusedError);
  assert.throws(() => client.getpeername(), fails(OSError, 'ENOTCONN', 'getpeername'));
  const [left, right] = socketpair();
  right.close();
  assert.throws(() => left.send(Buffer.from('x')), fails(BrokenPipeError, 'EPIPE', 'send'));
  left.close();
  const server = open(new Socket());
  server.bind(['127.0.0.1', 0]);
  server.listen();
  const resets = new Socket();
  resets.connectEx(server.getsockname());
  const accepted = open(server.accept()[0]);
  resets.setsockopt(SOL_SOCKET, SO_LINGER, new Uint8Array(Int32Array.of(1, 0).buffer));
  resets.close();
  assert.throws(() => accepted.recv(1), fails(ConnectionResetError, 'ECONNRESET', 'recv'));
});

socketTest('addresses that make no sense are refused before the system is asked', (open) => {
  const four = open(new Socket());
  const six = open(new Socket(AF_INET6));
  const unix = open(new Socket(AF_UNIX));
  for (const address of [
    'path',
    ['localhost', 1],
    ['1.2.3', 1],
    ['::1', 1],
    ['127.0.0.1', -1],
    ['127.0.0.1', 65_536],
    ['127.0.0.1', '80'],
    ['127.0.0.1'],
    [1, 2],
    null,
  ] as never[])
    assert.throws(() => four.connect(address), InvalidArgumentError, inspect(address));
  for (const address of [
    ['127.0.0.1', 1],
    ['fe80::1%nosuch', 1],
    ['::1', 1, -1],
    ['::1', 1, 0, -1],
  ] as never[])
    assert.throws(() => six.connect(address), InvalidArgumentError, inspect(address));
  for (const address of [['::1', 1], 'x'.repeat(108), `\0${'x'.repeat(108)}`, 'a\0b', undefined] as never[])
    assert.throws(() => unix.connect(address), InvalidArgumentError, inspect(address));
  const longest = `\0${'x'.repeat(107)}`;
  unix.bind(longest);
  assert.equal(unix.getsockname(), longest);
  assert.throws(() => four.connect(['no such host', 1]), /getaddrinfo/);
});

socketTest('the empty host is any address', (open) => {
  const four = open(new Socket());
  four.bind(['', 0]);
  assert.equal(four.getsockname()[0], '0.0.0.0');
  const six = open(new Socket(AF_INET6));
  six.bind(['', 0]);
  assert.equal(six.getsockname()[0], '::');
});

socketTest('a closed one never touches the number that was its own', (open) => {
  const closed = new Socket(AF_INET, SOCK_DGRAM);
  const fd = closed.fileno();
  closed.close();
  const next = open(new Socket(AF_INET, SOCK_DGRAM));
  assert.equal(next.fileno(), fd, 'the number was given out anew');
  assert.equal(closed.fileno(), -1);
  assert.equal(closed.closed, true);
  closed.close();
  closed[Symbol.dispose]();
  const calls: [string, () => unknown][] = [
    ['bind', () => closed.bind(['127.0.0.1', 0])],
    ['listen', () => closed.listen()],
    ['accept', () => closed.accept()],
    ['connect', () => closed.connect(['127.0.0.1', 1])],
    ['recv', () => closed.recv(1)],
    ['recv', () => closed.recvInto(Buffer.alloc(1))],
    ['recvfrom', () => closed.recvfrom(1)],
    ['recvfrom', () => closed.recvfromInto(Buffer.alloc(1))],
    ['send', () => closed.send(Buffer.alloc(1))],
    ['sendto', () => closed.sendto(Buffer.alloc(1), ['127.0.0.1', 1])],
    ['shutdown', () => closed.shutdown(SHUT_WR)],
    ['getsockopt', () => closed.getsockopt(SOL_SOCKET, SO_TYPE)],
    ['setsockopt', () => closed.setsockopt(SOL_SOCKET, SO_BROADCAST, 1)],
    ['getsockname', () => closed.getsockname()],
    ['getpeername', () => closed.getpeername()],
    ['dup', () => closed.dup()],
    ['detach', () => closed.detach()],
  ];
  for (const [syscall, call] of calls) assert.throws(call, badDescriptor(syscall), syscall);
  assert.deepEqual(next.getsockname(), ['0.0.0.0', 0], 'untouched');
});

socketTest('detach gives the descriptor away, fromFd takes one', (open) => {
  const [left, right] = open(socketpair());
  const fd = left.detach();
  assert.equal(left.closed, true);
  left.close();
  right.send(Buffer.from('still open'));
  const taken = open(Socket.fromFd(fd));
  assert.deepEqual([taken.family, taken.type, taken.proto], [AF_UNIX, SOCK_STREAM, 0]);
  assert.equal(taken.recv(100).toString(), 'still open');
  const datagrams = open(new Socket(AF_INET6, SOCK_DGRAM));
  const same = open(Socket.fromFd(datagrams.dup().detach()));
  assert.deepEqual([same.family, same.type, same.proto], [AF_INET6, SOCK_DGRAM, 17]);
});

test('Socket: fromFd refuses what is no socket', { skip: selectorMissing }, () => {
  const file = openSync(import.meta.filename, 'r');
  assert.throws(() => Socket.fromFd(file), fails(OSError, 'ENOTSOCK', 'getsockopt'));
  closeSync(file);
  assert.throws(() => Socket.fromFd(file), badDescriptor('getsockopt'));
  for (const fd of [-1, 1.5, '3', undefined] as never[])
    assert.throws(() => Socket.fromFd(fd), InvalidArgumentError);
});

socketTest('a dup is closed by itself', (open) => {
  const [left, right] = open(socketpair());
  const again = open(left.dup());
  assert.notEqual(again.fileno(), left.fileno());
  left.close();
  again.send(Buffer.from('x'));
  assert.equal(right.recv(10).toString(), 'x');
  again.close();
  assert.equal(right.recv(10).length, 0);
});

socketTest('bytes and sizes are checked', (open) => {
  const [left] = open(socketpair());
  for (const data of ['text', null, [1], new ArrayBuffer(1)] as never[])
    assert.throws(() => left.send(data), TypeError);
  for (const size of [-1, 1.5, Number.NaN, '1'] as never[])
    assert.throws(() => left.recv(size), InvalidArgumentError);
  assert.throws(() => left.setblocking(true), InvalidArgumentError);
  left.setblocking(false);
});

test('Socket: family, type and protocol are numbers', { skip: selectorMissing }, () => {
  for (const kind of [[{ type: 2 }], [AF_INET, 'dgram'], [AF_INET, SOCK_STREAM, null], [-1]] as never[])
    assert.throws(() => new Socket(...(kind as [])), InvalidArgumentError);
});

socketTest('it says what it is', (open) => {
  const socket = new Socket();
  assert.match(inspect(socket), /^<Socket fd=\d+ family=2 type=1>$/);
  open(socket).bind(['127.0.0.1', 0]);
  assert.match(inspect(socket), /^<Socket fd=\d+ family=2 type=1 127\.0\.0\.1:\d+>$/);
  socket.listen();
  const client = new Socket();
  assert.throws(() => open(client).connect(socket.getsockname()), { code: 'EINPROGRESS' });
  assert.match(inspect(client), /^<Socket fd=\d+ family=2 type=1 127\.0\.0\.1:\d+ -> 127\.0\.0\.1:\d+>$/);
  socket.close();
  assert.equal(inspect(socket), '<Socket closed family=2 type=1>');
});

test(
  'Socket: where there are no system calls it says so',
  { skip: selectorMissing === false && 'there are' },
  () => {
    assert.throws(() => new Socket(), { code: 'ERR_ASYNCIO_UNSUPPORTED' });
    assert.throws(() => socketpair(), { code: 'ERR_ASYNCIO_UNSUPPORTED' });
  },
);
