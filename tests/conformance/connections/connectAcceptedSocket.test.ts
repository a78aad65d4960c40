// What asyncio's test_events asks of connect_accepted_socket, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createNodeServer } from 'node:net';
import type { AddressInfo, Socket as NodeSocket } from 'node:net';
import { Future, InvalidArgumentError } from '../../../src/asyncio.ts';
import { connectAcceptedSocket } from '../../../src/net/connect/connectAcceptedSocket.ts';
import { createConnection } from '../../../src/net/connect/createConnection.ts';
import { sockAccept } from '../../../src/net/socket/sockRead.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import { onBackends } from '../../net/onBackends.ts';
import { Recorder } from '../../net/recorder.ts';
import { failsWith } from '../../outcome.ts';

const badArgument = failsWith(InvalidArgumentError, 'ERR_ASYNCIO_INVALID_ARGUMENT');

class Answering extends Recorder {
  override dataReceived(data: Buffer): void {
    super.dataReceived(data);
    this.transport?.write(Buffer.from('roger'));
  }
}

// asyncio: EventLoopTestsMixin.test_connect_accepted_socket
onBackends(
  'connectAcceptedSocket makes a transport of a socket that was accepted by hand',
  async (loop) => {
    const listening = new Socket();
    listening.bind(['127.0.0.1', 0]);
    listening.listen(1);
    const [host, port] = listening.getsockname() as readonly [string, number];
    const [client, ours] = await createConnection(loop, () => new Recorder(), host, port);
    const [accepted] = await sockAccept(loop, listening);
    const [transport, theirs] = await connectAcceptedSocket(loop, () => new Answering(), accepted);
    client.write(Buffer.from('test data'));
    assert.equal(await theirs.bytes(9), 'test data');
    assert.equal(await ours.bytes(5), 'roger');
    client.close();
    assert.equal(await theirs.lost, undefined);
    assert.equal(transport.isClosing(), true);
    assert.deepEqual(theirs.events, ['made', 'eof', 'lost']);
    listening.close();
  },
  { only: 'selector' },
);

onBackends(
  'connectAcceptedSocket takes a socket that a server of the host’s accepted',
  async (loop) => {
    const server = createNodeServer({ pauseOnConnect: true });
    const accepted = new Future<NodeSocket>();
    server.on('connection', (socket) => accepted.setResult(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [client, ours] = await createConnection(loop, () => new Recorder(), '127.0.0.1', port);
    const [, theirs] = await connectAcceptedSocket(loop, () => new Answering(), await accepted);
    client.write(Buffer.from('test data'));
    assert.equal(await theirs.bytes(9), 'test data');
    assert.equal(await ours.bytes(5), 'roger');
    theirs.transport?.close();
    await theirs.lost;
    await ours.lost;
    server.close();
    await once(server, 'close');
  },
  { only: 'host' },
);

// asyncio: EventLoopTestsMixin.test_connect_accepted_socket_ssl_timeout_for_plain_socket
onBackends('connectAcceptedSocket refuses arguments that make no sense', async (loop) => {
  const factory = (): Recorder => new Recorder();
  for (const [socket, options] of [
    [{}, {}],
    [undefined, {}],
    [{}, { ssl: true }],
    [{}, { sslHandshakeTimeout: 1000 }],
    [{}, { sslShutdownTimeout: 1000 }],
  ] as const) {
    await assert.rejects(connectAcceptedSocket(loop, factory, socket, options as never), badArgument);
  }
});
