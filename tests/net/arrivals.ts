// Waiting until what was sent has come, without a guess at how long that takes. A test that says "and nothing else
// happens" needs it: a wait of some milliseconds proves nothing on a busy machine.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { sleep } from '../../src/asyncio.ts';

/** How many round trips: TLS and half-closed connections take several turns to pass one thing on. */
const ROUNDS = 4;

/** Returns when everything that was sent over loopback or a pipe before the call, and what answers it at once, has been
 * offered to its receivers in this thread: bytes sent later, over a connection of the host's own, have come and gone
 * by then, and one poll of the host tells of all descriptors. */
export async function arrivals(): Promise<void> {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  for (let round = 0; round < ROUNDS; round++) {
    client.write('x');
    await once(client, 'data');
    await sleep(0);
  }
  client.end();
  await once(client.resume(), 'close');
  server.close();
  await once(server, 'close');
}
