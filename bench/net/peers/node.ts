// node:net as people write it: events, or a loop over the socket's chunks.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, ListenOptions, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { command, credentials, host, listening } from './serve.ts';

const { mode, variant, target } = command();

function echoByEvents(socket: Socket): void {
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('error', () => socket.destroy());
}

async function echoByIteration(socket: Socket): Promise<void> {
  try {
    for await (const chunk of socket) {
      if (!socket.write(chunk as Buffer)) await once(socket, 'drain');
    }
    socket.end();
  } catch {
    socket.destroy();
  }
}

function countByEvents(socket: Socket): void {
  let count = 0;
  socket.on('data', (chunk) => (count += chunk.length));
  socket.on('end', () => socket.end(`${count}\n`));
  socket.on('error', () => socket.destroy());
}

async function countByIteration(socket: Socket): Promise<void> {
  let count = 0;
  // A plain loop would destroy the socket at its end, the count unsaid.
  const chunks = socket.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) count += (chunk as Buffer).length;
  socket.end(`${count}\n`);
}

let waiting: Socket | undefined;

function pair(socket: Socket): void {
  const other = waiting;
  waiting = other === undefined ? socket : undefined;
  if (other === undefined) return;
  socket.pipe(other).pipe(socket);
  for (const each of [socket, other]) each.on('error', () => each.destroy());
}

function handler(): (socket: Socket) => void {
  if (mode === 'relay') return pair;
  const iterate = variant === 'iteration';
  if (mode === 'sink') return iterate ? (socket) => void countByIteration(socket) : countByEvents;
  return iterate ? (socket) => void echoByIteration(socket) : echoByEvents;
}

/** A loop over a socket must be able to write after the other side's end. */
const allowHalfOpen = mode === 'sink' || mode === 'relay' || variant === 'iteration';

function serve(server: Server): void {
  const where: ListenOptions = mode === 'unix' ? { path: target } : { host, port: 0 };
  server.listen({ ...where, backlog: 1024 }, () => {
    listening(mode === 'unix' ? 0 : (server.address() as AddressInfo).port);
  });
}

if (mode === 'udp') {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => socket.send(message, from.port, from.address));
  socket.bind(0, host, () => listening(socket.address().port));
} else if (mode === 'tls') {
  serve(createTlsServer({ ...credentials(target), allowHalfOpen }, handler()));
} else {
  serve(createServer({ allowHalfOpen, noDelay: true }, handler()));
}
