// Servers in this process for the tests of the client: ours, and one of node:http that does what a test tells it.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface NodeServer extends AsyncDisposable {
  readonly url: string;
  /** Connections that are open. */
  readonly sockets: ReadonlySet<Socket>;
  /** How many there have been. */
  readonly connections: number;
  /** Resolves when no connection is open. */
  quiet(): Promise<void>;
}

export async function nodeServer(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<NodeServer> {
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let connections = 0;
  const server = createServer((request, response) => void answer(request, response));
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) for (const told of waiting.splice(0)) told();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    get connections() {
      return connections;
    },
    quiet: async () => {
      if (sockets.size > 0) await new Promise<void>((resolve) => void waiting.push(resolve));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
