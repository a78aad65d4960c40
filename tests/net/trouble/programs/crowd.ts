// Many connections to one port at once: `crowd.ts PORT COUNT`. All are open together; each says a line of its
// own and hears it back. Prints `open N`, then `echoed N`, and closes them at the end of its input.

import process from 'node:process';
import { Future, getRunningLoop, run, Semaphore, taskGroup } from '../../../../src/asyncio.ts';
import { createConnection } from '../../../../src/net/connect/createConnection.ts';
import { Protocol } from '../../../../src/transport/protocol.ts';
import type { Transport } from '../../../../src/transport/transport.ts';

const [port = 0, count = 0] = process.argv.slice(2).map(Number);

class Line extends Protocol {
  transport: Transport | undefined;
  readonly whole: Future<string> = new Future<string>();
  #text: string = '';
  override connectionMade(transport: Transport): void {
    this.transport = transport;
  }
  override dataReceived(data: Buffer): void {
    this.#text += data.toString();
    if (this.#text.endsWith('\n')) this.whole.setResult(this.#text);
  }
}

await run(async () => {
  const loop = getRunningLoop();
  const atOnce = new Semaphore(500);
  const connections: Line[] = [];
  await taskGroup(async (group) => {
    for (let index = 0; index < count; index++) {
      group.startSoon(async () => {
        await atOnce.with(async () => {
          const [, line] = await createConnection(loop, () => new Line(), '127.0.0.1', port);
          connections.push(line);
        });
      });
    }
  });
  process.stdout.write(`open ${connections.length}\n`);
  for (const [index, { transport }] of connections.entries()) {
    transport?.write(Buffer.from(`${index} of ${count}\n`));
  }
  let echoed = 0;
  for (const [index, { whole }] of connections.entries()) {
    if ((await whole) === `${index} of ${count}\n`) echoed++;
  }
  process.stdout.write(`echoed ${echoed}\n`);
  const over = new Future<void>();
  process.stdin.on('end', () => over.setResult()).resume();
  await over;
  for (const { transport } of connections) transport?.close();
});
