// A crowd that comes at once, before the loop gets to accept: everybody is connected.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Protocol, sleep } from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';

const CROWD = 300;

function queueTooShort(): string | false {
  try {
    const most = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
    return most < CROWD && `the system lets ${most} wait`;
  } catch {
    return 'the system does not say how many it lets wait';
  }
}

onBackends(
  `createServer: ${CROWD} clients are connected before the first is accepted`,
  async (loop) => {
    const server = await loop.createServer(() => new Protocol(), '127.0.0.1', 0, { startServing: false });
    const clients = Array.from({ length: CROWD }, () => connect(server.port as number, '127.0.0.1'));
    await Promise.all(clients.map((client) => once(client, 'connect')));
    assert.equal(server.connections, 0);
    await server.startServing();
    while (server.connections < CROWD) await sleep(1);
    for (const client of clients) client.destroy();
    server.close();
    await server.waitClosed();
  },
  { skip: queueTooShort() },
);
