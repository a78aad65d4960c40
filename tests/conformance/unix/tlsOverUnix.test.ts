// What asyncio's test_events asks of TLS over Unix sockets and over accepted ones, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createUnixConnection } from '../../../src/net/connect/createUnixConnection.ts';
import { createUnixServer } from '../../../src/net/serve/createUnixServer.ts';
import { connectAcceptedSocket } from '../../../src/net/connect/connectAcceptedSocket.ts';
import { createConnection } from '../../../src/net/connect/createConnection.ts';
import { sockAccept } from '../../../src/net/socket/sockRead.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import { SSLCertVerificationError } from '../../../src/net/tls/sslErrors.ts';
import { createTask } from '../../../src/asyncio.ts';
import { onBackends } from '../../net/onBackends.ts';
import { Echo, Recorder } from '../../net/recorder.ts';
import { withSocketPath } from '../../net/socketPath.ts';
import { clientContext, serverContext } from '../../net/tls/contexts.ts';

const recorder = (): Recorder => new Recorder();

// asyncio: EventLoopTestsMixin.test_create_unix_server_ssl, test_create_unix_server_ssl_verified,
// test_create_ssl_unix_connection
onBackends('TLS over a Unix socket, with the certificate checked', (loop) =>
  withSocketPath(async (path) => {
    const server = await createUnixServer(loop, () => new Echo(), path, { ssl: serverContext() });
    const [transport, protocol] = await createUnixConnection(loop, recorder, path, {
      ssl: clientContext(),
      serverHostname: 'localhost',
    });
    transport.write(Buffer.from('xxx'));
    assert.equal(await protocol.bytes(3), 'xxx');
    assert.ok(transport.getExtraInfo('sslObject'));
    transport.close();
    await protocol.lost;
    server.close();
    await server.waitClosed();
  }),
);

// asyncio: EventLoopTestsMixin.test_create_unix_server_ssl_verify_failed
onBackends('TLS over a Unix socket refuses a certificate that nobody signed', (loop) =>
  withSocketPath(async (path) => {
    const server = await createUnixServer(loop, recorder, path, { ssl: serverContext('stranger') });
    const client = new Recorder();
    await assert.rejects(
      createUnixConnection(loop, () => client, path, { ssl: clientContext(), serverHostname: 'localhost' }),
      SSLCertVerificationError,
    );
    assert.deepEqual(client.events, []);
    server.close();
    await server.waitClosed();
  }),
);

// asyncio: EventLoopTestsMixin.test_ssl_connect_accepted_socket
onBackends(
  'connectAcceptedSocket speaks TLS as the server',
  async (loop) => {
    const listening = new Socket();
    listening.bind(['127.0.0.1', 0]);
    listening.listen(1);
    const [host, port] = listening.getsockname() as readonly [string, number];
    const dialling = createTask(() =>
      createConnection(loop, recorder, host, port, { ssl: clientContext(), serverHostname: 'localhost' }),
    );
    const [accepted] = await sockAccept(loop, listening);
    const [, theirs] = await connectAcceptedSocket(loop, () => new Echo(), accepted, {
      ssl: serverContext(),
    });
    const [client, ours] = await dialling;
    client.write(Buffer.from('test data'));
    assert.equal(await ours.bytes(9), 'test data');
    client.close();
    await ours.lost;
    assert.equal(await theirs.lost, undefined);
    listening.close();
  },
  { only: 'selector' },
);
