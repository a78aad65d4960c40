// A TCP proxy that takes the TLS off: it listens with TLS and passes the plain bytes on, both ways, at the pace
// of the slower side.
//
//   npm run example -- tls-proxy 8443 server.crt server.key localhost:8080
//   curl --cacert authority.crt https://localhost:8443/
//
// `--tls-upstream` speaks TLS to the other side as well, `--ca FILE` says whom to trust there. Port 0 is a free
// one. Ctrl-C ends it: no new clients; those that are here have half a second to finish.
//
// Each connection is a task of the server's group, with a group of its own for its two directions: whatever
// happens to one of them, the other does not stay behind.

import { parseArgs } from 'node:util';
import {
  ConnectionError,
  createDefaultContext,
  InvalidArgumentError,
  openConnection,
  OSError,
  relay,
  RelayError,
  run,
  SSLContext,
  startServer,
  taskGroup,
} from 'asyncio-ts';
import type { StreamReader, StreamWriter } from 'asyncio-ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { 'tls-upstream': { type: 'boolean', default: false }, ca: { type: 'string' } },
});
const [port = '8443', certfile, keyfile, target = 'localhost:8080'] = positionals;
if (certfile === undefined || keyfile === undefined) {
  console.error('usage: tls-proxy PORT CERTIFICATE KEY [HOST:PORT] [--tls-upstream] [--ca FILE]');
  process.exit(2);
}
const [targetHost = 'localhost', targetPort = '8080'] = target.split(/:(?=\d+$)/);
const upstreamTls = values['tls-upstream']
  ? { ssl: createDefaultContext('serverAuth', { cafile: values.ca }) }
  : {};

/** Passes on what comes until its end, and the end too where that is possible: over TLS no half of a connection
 * can be ended, there the whole of it is closed. */
async function pump(from: StreamReader, to: StreamWriter): Promise<void> {
  try {
    await relay(from, to); // while `to` is slow, nothing more is read
    if (!to.canWriteEof()) to.close();
  } catch (error) {
    // One side is gone: there is nobody to tell, and the other direction ends by itself.
    if (!(error instanceof RelayError && error.cause instanceof ConnectionError)) throw error;
    to.close();
  }
}

async function proxy(reader: StreamReader, writer: StreamWriter): Promise<void> {
  try {
    const [upReader, upWriter] = await openConnection(targetHost, Number(targetPort), upstreamTls);
    try {
      await taskGroup(async (group) => {
        const request = group.createTask(() => pump(reader, upWriter));
        await pump(upReader, writer);
        request.cancel(); // whoever has answered wants no more
      });
    } finally {
      upWriter.close();
    }
  } catch (error) {
    if (!(error instanceof OSError)) throw error;
    console.error(`no way to ${target}: ${error.message}`);
  } finally {
    writer.close();
  }
}

const context = new SSLContext('server');
context.loadCertChain({ certfile, keyfile });

await run(async () => {
  const server = await startServer(proxy, '127.0.0.1', port, { ssl: context, graceTime: 500 });
  const [host, bound] = server.sockets[0]!.getsockname() as [string, number];
  console.log(`TLS on ${host}:${bound}, ${values['tls-upstream'] ? 'TLS' : 'plain'} to ${target}`);
  await server.serveForever();
}).catch((error: unknown) => {
  // A port that is taken, or is none: the message says so.
  if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
