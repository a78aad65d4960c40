// A TCP proxy: what comes from either side goes to the other, at the pace of the slower one. On Linux under Node the
// bytes never come into this process: the system moves them from socket to socket.
//
//   npm run example -- tcp-proxy 8080 localhost:80
//   curl http://localhost:8080/
//
// Port 0 is a free one. Ctrl-C ends it: no new clients; those that are here have half a second to finish.
//
// A half-close goes through: whoever has said all may still be answered. When one side fails, the other direction is
// cancelled, and both connections are closed.

import {
  InvalidArgumentError,
  openConnection,
  OSError,
  relay,
  RelayError,
  run,
  startServer,
  taskGroup,
} from 'asyncio-ts';
import type { StreamReader, StreamWriter } from 'asyncio-ts';

const [port = '8080', target = 'localhost:80'] = process.argv.slice(2);
const [targetHost = 'localhost', targetPort = '80'] = target.split(/:(?=\d+$)/);

async function proxy(reader: StreamReader, writer: StreamWriter): Promise<void> {
  const [there, back] = [{ bytes: 0 }, { bytes: 0 }];
  let how = 'broken off';
  try {
    const [upReader, upWriter] = await openConnection(targetHost, Number(targetPort));
    try {
      await taskGroup(async (group) => {
        void group.createTask(() => relay(reader, upWriter, { progress: there }));
        await relay(upReader, writer, { progress: back });
      });
      how = 'done';
    } finally {
      upWriter.close();
    }
  } catch (error) {
    const [cause] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
    if (!(cause instanceof RelayError || cause instanceof OSError)) throw error;
    how = cause.message;
  } finally {
    writer.close();
    console.log(`${there.bytes} bytes there, ${back.bytes} back: ${how}`);
  }
}

await run(async () => {
  const server = await startServer(proxy, '127.0.0.1', port, { graceTime: 500 });
  const [host, bound] = server.sockets[0]!.getsockname() as [string, number];
  console.log(`TCP on ${host}:${bound} to ${target}`);
  await server.serveForever();
}).catch((error: unknown) => {
  // A port that is taken, or is none: the message says so.
  if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
