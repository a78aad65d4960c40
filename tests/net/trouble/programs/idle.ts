// A program whose only open thing is an idle server: `idle.ts forever` serves until a signal comes,
// `idle.ts close` closes it after the first connection has ended and has nothing left then.

import process from 'node:process';
import { getRunningLoop, run } from '../../../../src/asyncio.ts';
import { createServer } from '../../../../src/net/serve/createServer.ts';
import { Protocol } from '../../../../src/transport/protocol.ts';
import type { Server } from '../../../../src/net/serve/server.ts';
import type { Transport } from '../../../../src/transport/transport.ts';

const [mode] = process.argv.slice(2);
let server: Server | undefined;

class Greeting extends Protocol {
  override connectionMade(transport: Transport): void {
    transport.write(Buffer.from('hello\n'));
    transport.close();
  }
  override connectionLost(): void {
    if (mode === 'close') server?.close();
  }
}

await run(async () => {
  server = await createServer(getRunningLoop(), () => new Greeting(), '127.0.0.1', 0);
  process.stdout.write(`port ${server.sockets[0]?.getsockname()[1]} .\n`);
  if (mode === 'close') await server.waitClosed();
  else await server.serveForever();
});
process.stdout.write('over\n');
