// The other side of TLS connections, made of the host's own node:net and node:tls: what asyncio's tests do with
// blocking sockets in threads.

import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { readFileSync } from 'node:fs';
import { certificateFile, pem } from '../../net/tls/contexts.ts';

export interface HostServer {
  readonly port: number;
  /** Stops listening and waits until every connection is closed. */
  close(): Promise<void>;
}

/** A TCP server; `serve` is called with each connection, and what it throws comes out of `close`. */
export async function hostServer(serve: (socket: Socket) => Promise<void> | void): Promise<HostServer> {
  const open: Promise<unknown>[] = [];
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    open.push(Promise.all([serve(socket), gone(socket)]));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close();
      await once(server, 'close');
      await Promise.all(open);
    },
  };
}

/** The server's end of TLS over a connection. */
export function serverTls(socket: Socket): TLSSocket {
  const tls = new TLSSocket(socket, { isServer: true, ...pem('server') });
  tls.on('error', () => {});
  return tls;
}

/** A TCP connection to `port`. */
export async function hostClient(port: number): Promise<Socket> {
  const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** The client's end of TLS over a connection, once the handshake is over. */
export async function clientTls(socket: Socket): Promise<TLSSocket> {
  const ca = readFileSync(certificateFile('ca'));
  const tls = connectTls({ socket, ca, servername: 'localhost' });
  tls.on('error', () => {});
  await once(tls, 'secureConnect');
  return tls;
}

/** So many bytes, no more; the rest stays in the socket. */
export async function readExactly(socket: Socket, count: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let size = 0; size < count;) {
    const piece = socket.read(Math.min(count - size, socket.readableLength || 1)) as Buffer | null;
    if (piece === null) {
      if (socket.readableEnded || socket.destroyed)
        throw new Error(`ended after ${size} of ${count} bytes`);
      await moreOf(socket);
      continue;
    }
    pieces.push(piece);
    size += piece.length;
  }
  return Buffer.concat(pieces);
}

function moreOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const events = ['readable', 'end', 'close'];
    const came = (): void => {
      for (const event of events) socket.off(event, came);
      resolve();
    };
    for (const event of events) socket.on(event, came);
  });
}

/** All until the end. */
export async function readAll(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.resume();
  if (!socket.readableEnded && !socket.destroyed)
    await Promise.race([once(socket, 'end'), once(socket, 'close')]);
  return Buffer.concat(pieces);
}

/** Until the socket is closed, for whatever reason. */
export async function gone(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}

/** Says nothing, and goes when the other side does. */
export function silent(socket: Socket): void {
  socket.on('end', () => socket.end());
  socket.resume();
}
