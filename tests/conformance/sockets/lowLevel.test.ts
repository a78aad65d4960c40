// test_sock_lowlevel.py: the loop's sock methods.

import '../../harness.ts';
import assert from 'node:assert/strict';
import {
  CancelledError,
  ConnectionRefusedError,
  createTask,
  InvalidArgumentError,
  Protocol,
  sleep,
  TimeoutError,
  Transport,
  waitFor,
} from '../../../src/asyncio.ts';
import type { EventLoop, SocketAddress } from '../../../src/asyncio.ts';
import * as sockets from '../../../src/socket.ts';
import { BlockingIOError } from '../../../src/base/osError.ts';
import { onSelector } from '../../net/onSelector.ts';
import { withSocketPath } from '../../net/socketPath.ts';
import { withUdpEcho, withWebServer } from './testServers.ts';

const { AF_UNIX, AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket } = sockets;

const REQUEST = Buffer.from('GET / HTTP/1.0\r\n\r\n');
const ANSWER = /^HTTP\/1\.0 200 OK/;

async function withSocket(
  body: (sock: sockets.Socket) => Promise<unknown>,
  family?: number,
  type?: number,
): Promise<void> {
  const sock = new Socket(family, type);
  try {
    await body(sock);
  } finally {
    sock.close();
  }
}

function listener(backlog: number = 1): sockets.Socket {
  const sock = new Socket();
  sock.bind(['127.0.0.1', 0]);
  sock.listen(backlog);
  return sock;
}

const request = (loop: EventLoop, address: SocketAddress) => async (sock: sockets.Socket) => {
  await loop.sockConnect(sock, address);
  await loop.sockSendall(sock, REQUEST);
  const data = await loop.sockRecv(sock, 1024);
  await loop.sockRecv(sock, 1024); // the rest
  assert.match(data.toString(), ANSWER);
};

const requestInto = (loop: EventLoop, address: SocketAddress) => async (sock: sockets.Socket) => {
  await loop.sockConnect(sock, address);
  await loop.sockSendall(sock, REQUEST);
  const data = Buffer.alloc(1024);
  const count = await loop.sockRecvInto(sock, data);
  await loop.sockRecvInto(sock, data.subarray(count));
  assert.match(data.toString(), ANSWER);
};

onSelector('sock methods: a request and its answer over TCP', (loop) =>
  withWebServer(async (address) => {
    await withSocket(request(loop, address));
    await withSocket(requestInto(loop, address));
  }),
);

onSelector('sock methods: a request and its answer over a Unix socket', (loop) =>
  withSocketPath((path) =>
    withWebServer(async (address) => {
      await withSocket(request(loop, address), AF_UNIX);
      await withSocket(requestInto(loop, address), AF_UNIX);
    }, path),
  ),
);

onSelector('sock methods: they refuse what is no socket, and a socket refuses to block', async (loop) => {
  await withSocket(async (sock) => {
    assert.throws(() => sock.setblocking(true), InvalidArgumentError);
    sock.setblocking(false);
    const { fd } = { fd: sock.fileno() };
    await assert.rejects(loop.sockRecv(fd as never, 1), InvalidArgumentError);
    await assert.rejects(loop.sockSendall(sock, 'text' as never), InvalidArgumentError);
    await assert.rejects(loop.sockRecv(sock, -1), InvalidArgumentError);
  });
});

onSelector('sockRecv: one that was cancelled leaves everything to the next', (loop) =>
  withWebServer((address) =>
    withSocket(async (sock) => {
      await loop.sockConnect(sock, address);
      const cancelled = createTask(() => loop.sockRecv(sock, 1024));
      await sleep(0);
      cancelled.cancel();
      const sending = createTask(() => loop.sockSendall(sock, REQUEST));
      const data = await loop.sockRecv(sock, 1024);
      assert.match(data.toString(), ANSWER);
      await assert.rejects(cancelled, CancelledError);
      await sending;
    }),
  ),
);

onSelector('sockRecvInto: one that was cancelled leaves everything to the next', (loop) =>
  withWebServer((address) =>
    withSocket(async (sock) => {
      await loop.sockConnect(sock, address);
      const [first, second] = [Buffer.alloc(1024), Buffer.alloc(1024)];
      const cancelled = createTask(() => loop.sockRecvInto(sock, first));
      await sleep(0);
      cancelled.cancel();
      const sending = createTask(() => loop.sockSendall(sock, REQUEST));
      await loop.sockRecvInto(sock, second);
      assert.match(second.toString(), ANSWER);
      assert.deepEqual(first, Buffer.alloc(1024), 'untouched');
      await assert.rejects(cancelled, CancelledError);
      await sending;
    }),
  ),
);

onSelector('sockSendall: one that was cancelled while it waited for room sends nothing', async (loop) => {
  const server = listener();
  await withSocket(async (sock) => {
    sock.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 1024);
    await loop.sockConnect(sock, server.getsockname());
    const [peer] = await loop.sockAccept(server);
    for (let size = 8192; size >= 4; size = Math.floor(size / 2)) {
      const spaces = Buffer.alloc(size, ' ');
      assert.throws(() => {
        for (;;) sock.send(spaces);
      }, BlockingIOError);
    }
    const cancelled = createTask(() => loop.sockSendall(sock, Buffer.from('hello')));
    await sleep(0);
    cancelled.cancel();
    const all = createTask(async () => {
      const pieces: Buffer[] = [];
      for (;;) {
        const piece = await loop.sockRecv(peer, 8192);
        if (piece.length === 0) return Buffer.concat(pieces).toString().trim();
        pieces.push(piece);
      }
    });
    await loop.sockSendall(sock, Buffer.from('world'));
    sock.shutdown(sockets.SHUT_WR);
    assert.equal(await all, 'world');
    await assert.rejects(cancelled, CancelledError);
    peer.close();
  });
  server.close();
});

onSelector('sockConnect: after one that was cancelled the socket can still be connected', async (loop) => {
  const server = new Socket();
  server.bind(['127.0.0.1', 0]);
  const address = server.getsockname();
  await withSocket(async (sock) => {
    const cancelled = createTask(() => loop.sockConnect(sock, address));
    await sleep(0);
    cancelled.cancel();
    server.listen(1);
    for (let attempt = 0; ; attempt++) {
      try {
        await loop.sockConnect(sock, address);
        break;
      } catch (error) {
        // The system tells of the first attempt, which nobody answered, once.
        assert.ok(error instanceof ConnectionRefusedError && attempt < 3, String(error));
      }
    }
    assert.deepEqual(sock.getpeername(), address);
    await cancelled.catch(() => {});
  });
  server.close();
});

const SIZE = 1_000_000;

async function loopBack(
  loop: EventLoop,
  address: SocketAddress,
  receive: (sock: sockets.Socket) => Promise<Buffer>,
): Promise<void> {
  await withSocket(async (sock) => {
    const content = Buffer.from('0123456789'.repeat(SIZE / 10));
    await loop.sockConnect(sock, address);
    const head = `POST /loop HTTP/1.0\r\nContent-Length: ${SIZE}\r\n\r\n`;
    await loop.sockSendall(sock, Buffer.from(head));
    const sending = createTask(() => loop.sockSendall(sock, content));
    const pieces: Buffer[] = [];
    for (;;) {
      const piece = await receive(sock);
      if (piece.length === 0) break;
      pieces.push(Buffer.from(piece));
    }
    const all = Buffer.concat(pieces);
    const start = all.indexOf('\r\n\r\n') + 4;
    assert.match(all.toString('latin1', 0, start), ANSWER);
    assert.ok(all.subarray(start).equals(content));
    await sending;
  });
}

onSelector('sockSendall and sockRecv: a million bytes there and back', (loop) =>
  withWebServer((address) => loopBack(loop, address, (sock) => loop.sockRecv(sock, SIZE))),
);

onSelector('sockSendall and sockRecvInto: a million bytes there and back', (loop) => {
  const buffer = Buffer.alloc(SIZE);
  return withWebServer((address) =>
    loopBack(loop, address, async (sock) => buffer.subarray(0, await loop.sockRecvInto(sock, buffer))),
  );
});

const DATAGRAM = Buffer.alloc(4096, 1);

onSelector('sockRecvfrom: a datagram and who sent it', (loop) =>
  withUdpEcho((address) =>
    withSocket(
      async (sock) => {
        assert.equal(await loop.sockSendto(sock, DATAGRAM, address), 4096);
        const [data, from] = await loop.sockRecvfrom(sock, 4096);
        assert.deepEqual(data, DATAGRAM);
        assert.deepEqual(from, address);
      },
      AF_INET,
      SOCK_DGRAM,
    ),
  ),
);

onSelector('sockRecvfromInto: a datagram into a buffer, or its first bytes', (loop) =>
  withUdpEcho((address) =>
    withSocket(
      async (sock) => {
        const exact = Buffer.alloc(4096);
        await loop.sockSendto(sock, DATAGRAM, address);
        assert.deepEqual(await loop.sockRecvfromInto(sock, exact), [4096, address]);
        assert.deepEqual(exact, DATAGRAM);
        const large = Buffer.alloc(8192);
        await loop.sockSendto(sock, DATAGRAM, address);
        assert.deepEqual(await loop.sockRecvfromInto(sock, large, 4096), [4096, address]);
        assert.deepEqual(large.subarray(0, 4096), DATAGRAM);
      },
      AF_INET,
      SOCK_DGRAM,
    ),
  ),
);

onSelector('sockRecvfromInto: a size larger than the buffer takes no datagram', (loop) =>
  withUdpEcho((address) =>
    withSocket(
      async (sock) => {
        const buffer = Buffer.alloc(5000);
        await loop.sockSendto(sock, DATAGRAM, address);
        await assert.rejects(loop.sockRecvfromInto(sock, buffer, 5001), InvalidArgumentError);
        const [size] = await loop.sockRecvfromInto(sock, buffer);
        assert.deepEqual(buffer.subarray(0, size), DATAGRAM);
      },
      AF_INET,
      SOCK_DGRAM,
    ),
  ),
);

onSelector('sockSendto: it waits until the system takes the datagram', async (loop) => {
  // UDP drops what is too much; a Unix datagram socket says that it is.
  const receiver = new Socket(AF_UNIX, SOCK_DGRAM);
  receiver.bind('');
  const address = receiver.getsockname();
  const sender = new Socket(AF_UNIX, SOCK_DGRAM);
  let sent = 0;
  assert.throws(() => {
    for (;;) sent += sender.sendto(Buffer.from('x'), address);
  }, BlockingIOError);
  // Connected, it tells when the receiver has room.
  sender.connect(address);
  const waiting = createTask(() => loop.sockSendto(sender, Buffer.from('late'), address));
  await sleep(2);
  assert.equal(waiting.done(), false);
  for (; sent > 0; sent--) receiver.recv(10);
  assert.equal(await waiting, 4);
  assert.equal(receiver.recv(10).toString(), 'late');
  receiver.close();
  sender.close();
});

onSelector('sockConnect: nobody listens there', async (loop) => {
  const gone = listener();
  const address = gone.getsockname() as [string, number];
  gone.close();
  await withSocket((sock) =>
    assert.rejects(loop.sockConnect(sock, address), (error) => {
      assert.ok(error instanceof ConnectionRefusedError);
      const { code, syscall, address: host, port } = error;
      assert.deepEqual(
        { code, syscall, host, port },
        {
          code: 'ECONNREFUSED',
          syscall: 'connect',
          host: address[0],
          port: address[1],
        },
      );
      return true;
    }),
  );
});

onSelector('sockAccept: a connection and its address', async (loop) => {
  const server = listener();
  await withSocket(async (client) => {
    client.connectEx(server.getsockname());
    const [connection, address] = await loop.sockAccept(server);
    assert.deepEqual(address, client.getsockname());
    assert.deepEqual(client.getpeername(), server.getsockname());
    assert.throws(() => connection.recv(1), BlockingIOError, 'it does not block');
    connection.close();
  });
  server.close();
});

onSelector('sockAccept: one that was cancelled does not keep the port', async (loop) => {
  const server = listener();
  const address = server.getsockname();
  await assert.rejects(
    waitFor(() => loop.sockAccept(server), 10),
    TimeoutError,
  );
  server.close();
  await withSocket((client) => assert.rejects(loop.sockConnect(client, address), ConnectionRefusedError));
});

onSelector('createConnection: it takes a socket that sockConnect connected', (loop) =>
  withWebServer(async (address) => {
    const [host, port] = address as [string, number];
    const [info] = await loop.getaddrinfo(host, port, { type: SOCK_STREAM });
    assert.ok(info);
    const [family, type, proto, , target] = info;
    const sock = new Socket(family, type, proto);
    await loop.sockConnect(sock, target);
    const lost = loop.createFuture<void>();
    let received = 0;
    class Client extends Protocol {
      override connectionMade(transport: Transport): void {
        transport.write(REQUEST);
      }
      override dataReceived(data: Buffer): void {
        received += data.length;
      }
      override connectionLost(): void {
        lost.setResult();
      }
    }
    const [transport, protocol] = await loop.createConnection(() => new Client(), undefined, undefined, {
      sock,
    });
    assert.ok(transport instanceof Transport);
    assert.ok(protocol instanceof Client);
    await lost;
    assert.ok(received > 0);
    transport.close();
  }),
);
