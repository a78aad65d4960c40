// Echo by protocol: callbacks on a transport, the fastest way to serve and the closest to the wire. Compare
// with echo-streams.ts, which does the same with reads and writes that are awaited.
//
//   npm run example -- echo-protocol [port]         port 8888 unless given, 0 for a free one
//   printf 'hello\n' | nc -N 127.0.0.1 8888
//
// Ctrl-C ends it: what is still on its way to a client has a second to get there.

import { getRunningLoop, InvalidArgumentError, moveOnAfter, OSError, Protocol, run } from 'asyncio-ts';
import type { Transport } from 'asyncio-ts';

class Echo extends Protocol {
  #transport: Transport | undefined;

  override connectionMade(transport: Transport): void {
    this.#transport = transport;
  }

  override dataReceived(data: Buffer): void {
    this.#transport?.write(data);
  }

  // The client sends faster than it reads: nothing more is read from it until it has caught up. Without
  // these two, what it does not read would pile up here.
  override pauseWriting(): void {
    this.#transport?.pauseReading();
  }

  override resumeWriting(): void {
    this.#transport?.resumeReading();
  }

  // There is no eofReceived: at the end of its data the transport sends what is left, and closes itself.
}

const port = process.argv[2] ?? 8888;

await run(async () => {
  const loop = getRunningLoop();
  const server = await loop.createServer(() => new Echo(), '127.0.0.1', port);
  const [host, bound] = server.sockets[0]!.getsockname() as [string, number];
  console.log(`echo on ${host}:${bound}, ${loop.backend.name} backend (${loop.backend.reason})`);
  try {
    await loop.createFuture<never>(); // Ctrl-C cancels this wait
  } finally {
    server.close();
    server.closeClients();
    await moveOnAfter(1000, () => server.waitClosed());
    server.abortClients();
  }
}).catch((error: unknown) => {
  // A port that is taken, or is none: the message says so.
  if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
