// Servers of the host's for the sock methods to talk to: what asyncio's suite starts in threads.

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { once } from 'node:events';
import type { SocketAddress } from '../../../src/asyncio.ts';

/** Runs `body` with the address of a server that answers every request with a short page, and requests for
 * /loop with what they send. At `path` for a Unix socket. */
export async function withWebServer(
  body: (address: SocketAddress) => Promise<unknown>,
  path?: string,
): Promise<void> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    answer(socket);
  });
  if (path === undefined) server.listen(0, '127.0.0.1');
  else server.listen(path);
  await once(server, 'listening');
  try {
    await body(path ?? addressOf(server));
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

function addressOf(server: Server): SocketAddress {
  const { address, port } = server.address() as AddressInfo;
  return [address, port];
}

function answer(socket: Socket): void {
  let head = '';
  let left = -1;
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    if (left < 0) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      rest = Buffer.from(head.slice(end + 4), 'latin1');
      socket.write('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n');
      if (!head.startsWith('POST /loop')) return void socket.end('Test message');
      left = Number(/Content-Length: (\d+)/.exec(head)?.[1]);
    }
    left -= rest.length;
    socket.write(rest);
    if (left === 0) socket.end();
  });
}

/** Runs `body` with the address of a UDP server that sends back what it gets. */
export async function withUdpEcho(body: (address: SocketAddress) => Promise<unknown>): Promise<void> {
  const server = createSocket('udp4');
  server.on('message', (data, { address, port }) => server.send(data, port, address));
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { address, port } = server.address();
    await body([address, port]);
  } finally {
    server.close();
    await once(server, 'close');
  }
}
