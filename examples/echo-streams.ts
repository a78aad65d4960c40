// Echo by streams: a line is awaited, written back, and the client waited for when it is slow. Compare with
// echo-protocol.ts, which does the same by callbacks.
//
//   npm run example -- echo-streams [port]          port 8888 unless given, 0 for a free one
//   printf 'hello\n' | nc -N 127.0.0.1 8888
//
// Ctrl-C ends it: no new clients; those that are here have half a second to finish.

import {
  ConnectionError,
  getRunningLoop,
  InvalidArgumentError,
  LineTooLongError,
  OSError,
  run,
  startServer,
} from 'asyncio-ts';
import type { StreamReader, StreamWriter } from 'asyncio-ts';

/** One client; the server runs this as a task for each connection. */
async function echo(reader: StreamReader, writer: StreamWriter): Promise<void> {
  try {
    for (;;) {
      const line = await reader.readline();
      if (line.length === 0) break; // the client has said all
      writer.write(line);
      await writer.drain();
    }
  } catch (error) {
    // A client that vanished is nothing to report. A line longer than the limit (64 KiB) ends the
    // conversation; whatever else fails is reported by the server, and closes this connection alone.
    if (error instanceof LineTooLongError) writer.write(Buffer.from('that line is too long\n'));
    else if (!(error instanceof ConnectionError)) throw error;
  } finally {
    writer.close();
  }
}

const port = process.argv[2] ?? 8888;

await run(async () => {
  const server = await startServer(echo, '127.0.0.1', port, { graceTime: 500 });
  const [host, bound] = server.sockets[0]!.getsockname() as [string, number];
  const { backend } = getRunningLoop();
  console.log(`echo on ${host}:${bound}, ${backend.name} backend (${backend.reason})`);
  await server.serveForever(); // Ctrl-C cancels it, and that shuts the server down
}).catch((error: unknown) => {
  // A port that is taken, or is none: the message says so.
  if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
