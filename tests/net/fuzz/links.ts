// The connections that are fuzzed: both ends in one loop, over real sockets.

import { Future, openConnection, openUnixConnection } from '../../../src/asyncio.ts';
import { startServer, startUnixServer } from '../../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { clientContext, serverContext } from '../tls/contexts.ts';
import { withSocketPath } from '../socketPath.ts';

export type End = [reader: StreamReader, writer: StreamWriter];
/** Runs `body` with the two ends of a new connection, whose readers have these limits. */
export type Link = (limits: [number, number], body: (a: End, b: End) => Promise<void>) => Promise<void>;

export const links: Record<string, Link> = {
  TCP: async ([a, b], body) => {
    const accepted = new Future<End>();
    const server = await startServer((...end) => accepted.setResult(end), '127.0.0.1', 0, { limit: b });
    const [host, port] = server.sockets[0]!.getsockname() as [string, number];
    await body(await openConnection(host, port, { limit: a }), await accepted);
    await server.shutdown();
  },
  Unix: async ([a, b], body) => {
    await withSocketPath(async (path) => {
      const accepted = new Future<End>();
      const server = await startUnixServer((...end) => accepted.setResult(end), path, { limit: b });
      await body(await openUnixConnection(path, { limit: a }), await accepted);
      await server.shutdown();
    });
  },
  TLS: async ([a, b], body) => {
    const accepted = new Future<End>();
    const ssl = serverContext();
    const server = await startServer((...end) => accepted.setResult(end), '127.0.0.1', 0, {
      limit: b,
      ssl,
    });
    const [host, port] = server.sockets[0]!.getsockname() as [string, number];
    const client = await openConnection(host, port, { limit: a, ssl: clientContext() });
    await body(client, await accepted);
    await server.shutdown();
  },
};
