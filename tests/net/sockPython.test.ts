// The sock methods against asyncio's own, in both directions. The Python program is sockPeer.py.

import '../harness.ts';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { taskGroup } from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { sockConnect } from '../../src/net/socket/sockConnect.ts';
import { sockAccept, sockRecv, sockRecvfrom, sockRecvInto } from '../../src/net/socket/sockRead.ts';
import { sockSendall, sockSendto } from '../../src/net/socket/sockWrite.ts';
import { AF_INET, SHUT_WR, SOCK_DGRAM, Socket } from '../../src/socket.ts';
import { onBackends } from './onBackends.ts';
import { output, programMissing, startServing } from './programs.ts';

const peer = join(import.meta.dirname, 'sockPeer.py');
const CLIENTS = 100;
const SIZE = 200_000;
const options = { only: 'selector', skip: programMissing('python3'), timeout: 60_000 } as const;

/** The bytes that client `index` sends; sockPeer.py makes the same. */
function pattern(index: number): Buffer {
  const bytes = Buffer.alloc(SIZE);
  for (let at = 0; at < SIZE; at++) bytes[at] = (index + (at % 256) * 7) & 0xff;
  return bytes;
}

async function talk(loop: EventLoop, port: number, index: number): Promise<void> {
  const client = new Socket();
  try {
    await sockConnect(loop, client, ['127.0.0.1', port]);
    const data = pattern(index);
    const received: Buffer[] = [];
    await taskGroup(async (group) => {
      group.startSoon(async () => {
        await sockSendall(loop, client, data);
        client.shutdown(SHUT_WR);
      });
      for (;;) {
        const piece = await sockRecv(loop, client, 30_000);
        if (piece.length === 0) break;
        received.push(piece);
      }
    });
    assert.ok(Buffer.concat(received).equals(data), `client ${index} has its bytes back`);
  } finally {
    client.close();
  }
}

onBackends(
  'sock methods: our clients, Python’s server',
  async (loop) => {
    const server = await startServing('python3', [peer, 'serve', String(CLIENTS)]);
    try {
      await taskGroup(async (group) => {
        for (let index = 0; index < CLIENTS; index++) group.startSoon(() => talk(loop, server.port, index));
      });
    } finally {
      await server.stop();
    }
  },
  options,
);

onBackends(
  'sock methods: our server, Python’s clients',
  async (loop) => {
    const server = new Socket();
    server.bind(['127.0.0.1', 0]);
    server.listen(1024);
    const echo = async (client: Socket): Promise<void> => {
      try {
        const buffer = Buffer.alloc(65_536);
        for (;;) {
          const count = await sockRecvInto(loop, client, buffer);
          if (count === 0) return;
          await sockSendall(loop, client, buffer.subarray(0, count));
        }
      } finally {
        client.close();
      }
    };
    const [, port] = server.getsockname() as [string, number];
    const clients = output('python3', [peer, 'connect', String(port), String(CLIENTS), String(SIZE)]);
    try {
      await taskGroup(async (group) => {
        for (let accepted = 0; accepted < CLIENTS; accepted++) {
          const [client] = await sockAccept(loop, server);
          group.startSoon(() => echo(client));
        }
      });
    } finally {
      server.close();
    }
    assert.equal((await clients).trim(), String(CLIENTS), 'all of them have their bytes back');
  },
  options,
);

onBackends(
  'sock methods: datagrams to Python and back',
  async (loop) => {
    const server = await startServing('python3', [peer, 'datagrams']);
    const socket = new Socket(AF_INET, SOCK_DGRAM);
    try {
      for (const size of [0, 1, 1472, 9000, 65_507]) {
        const data = pattern(size).subarray(0, size);
        await sockSendto(loop, socket, data, ['localhost', server.port]);
        const [back, from] = await sockRecvfrom(loop, socket, 70_000);
        assert.ok(back.equals(data));
        assert.deepEqual(from, ['127.0.0.1', server.port]);
      }
    } finally {
      socket.close();
      await server.stop();
    }
  },
  options,
);
