// An echo server that says what it has: `port N`, for each report `report MESSAGE`, and on the line `count`
// how many connections it has. Ends at the end of its input.

import process from 'node:process';
import { createInterface } from 'node:readline';
import { Future, getRunningLoop, run } from '../../../../src/asyncio.ts';
import { createServer } from '../../../../src/net/serve/createServer.ts';
import { Protocol } from '../../../../src/transport/protocol.ts';
import type { Transport } from '../../../../src/transport/transport.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

class Echo extends Protocol {
  #transport: Transport | undefined;
  override connectionMade(transport: Transport): void {
    this.#transport = transport;
  }
  override dataReceived(data: Buffer): void {
    this.#transport?.write(Buffer.from(data));
  }
}

await run(async () => {
  const loop = getRunningLoop();
  loop.setExceptionHandler((_, { message, exception }) =>
    say(`report ${message}: ${(exception as { code?: string } | undefined)?.code ?? String(exception)}`),
  );
  const server = await createServer(loop, () => new Echo(), '127.0.0.1', 0, { backlog: 4096 });
  say(`port ${server.sockets[0]?.getsockname()[1]}`);
  const over = new Future<void>();
  const input = createInterface({ input: process.stdin });
  input.on('line', () => say(`count ${server.connections}`));
  input.on('close', () => over.setResult());
  await over;
  server.close();
  server.abortClients();
  await server.waitClosed();
  say('closed');
});
