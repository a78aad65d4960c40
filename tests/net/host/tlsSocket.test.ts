// toNodeSocket of a TLS connection: the host's TLS socket, in mid-stream.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { TLSSocket } from 'node:tls';
import { interruptible } from '../../../src/asyncio.ts';
import { toNodeSocket } from '../../../src/net/bridge/toNodeSocket.ts';
import { DataWitness } from '../contract/witness.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf } from '../recorder.ts';
import { clientContext, serverContext } from '../tls/contexts.ts';

onBackends('toNodeSocket of a TLS transport is the host’s TLS socket, which goes on', async (loop) => {
  const accepted = new DataWitness();
  const server = await loop.createServer(() => accepted, '127.0.0.1', 0, { ssl: serverContext() });
  const [host, port] = addressOf(server);
  const [transport, client] = await loop.createConnection(() => new DataWitness(), host, port, {
    ssl: clientContext(),
    serverHostname: 'localhost',
  });
  transport.write(Buffer.from('before '));
  await accepted.bytes(7);
  const socket = await toNodeSocket(accepted.transport);
  assert.ok(socket instanceof TLSSocket);
  assert.equal(await accepted.loss(), undefined);
  transport.write(Buffer.from('after'));
  const [piece] = (await interruptible(once(socket, 'data'))) as [Buffer];
  assert.equal(String(piece), 'after');
  socket.write('from the host');
  assert.equal(String(await client.bytes(13)), 'from the host');
  const closed = interruptible(once(socket, 'close'));
  socket.end();
  await client.loss();
  await closed;
  server.close();
  await server.waitClosed();
});
