// The servers that these tests connect to: one line of HTTP and a message, and whatever a test brings along.

import { startServer, startUnixServer } from '../../../src/asyncio.ts';
import type { ClientConnected, StartServerOptions, StreamServer } from '../../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { withSocketPath } from '../../net/socketPath.ts';

/** Answers a request and ends the connection. */
export async function greet(reader: StreamReader, writer: StreamWriter): Promise<void> {
  await reader.readUntil(Buffer.from('\r\n\r\n'));
  writer.write(Buffer.from('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nTest message'));
  writer.close();
  await writer.waitClosed();
}

export const REQUEST: Buffer = Buffer.from('GET / HTTP/1.0\r\n\r\n');

/** Runs `body` with the port of a server; the server must end by itself once it is closed. */
export async function withServer<T>(
  handler: ClientConnected,
  body: (port: number, server: StreamServer) => Promise<T>,
  options: StartServerOptions = {},
): Promise<T> {
  const server = await startServer(handler, '127.0.0.1', 0, options);
  try {
    return await body(portOf(server), server);
  } finally {
    server.close();
    await server.waitClosed();
  }
}

export async function withUnixServer<T>(
  handler: ClientConnected,
  body: (path: string) => Promise<T>,
): Promise<void> {
  await withSocketPath(async (path) => {
    const server = await startUnixServer(handler, path);
    try {
      await body(path);
    } finally {
      server.close();
      await server.waitClosed();
    }
  });
}

export function portOf(server: StreamServer): number {
  return (server.sockets[0]!.getsockname() as [string, number])[1];
}
