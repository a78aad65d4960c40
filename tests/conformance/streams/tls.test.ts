// What asyncio's test_streams asks of streams over TLS, in our words.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { openConnection, openUnixConnection, startUnixServer } from '../../../src/asyncio.ts';
import type { ClientConnected, ExceptionContext } from '../../../src/asyncio.ts';
import { Event } from '../../../src/asyncio.ts';
import { onBackends } from '../../net/onBackends.ts';
import { withSocketPath } from '../../net/socketPath.ts';
import { clientContext, serverContext } from '../../net/tls/contexts.ts';
import { greet, REQUEST, withServer } from './greeter.ts';
import { size } from './held.ts';

const line = (text: string): Buffer => Buffer.from(`${text}\n`);

onBackends('openConnection: over TLS', async () => {
  await withServer(
    greet,
    async (port) => {
      const [reader, writer] = await openConnection('localhost', port, { ssl: clientContext(), family: 4 });
      writer.write(REQUEST);
      assert.match(String(await reader.read()), /\r\n\r\nTest message$/);
      writer.close();
      await writer.waitClosed();
    },
    { ssl: serverContext() },
  );
});

onBackends('openUnixConnection: over TLS', async () => {
  await withSocketPath(async (path) => {
    const server = await startUnixServer(greet, path, { ssl: serverContext() });
    const [reader, writer] = await openUnixConnection(path, {
      ssl: clientContext(),
      serverHostname: 'localhost',
    });
    writer.write(REQUEST);
    assert.match(String(await reader.read()), /\r\n\r\nTest message$/);
    writer.close();
    await writer.waitClosed();
    await server.shutdown();
  });
});

onBackends('startTls: reader and writer go on over TLS, on both sides', async (loop) => {
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => reports.push(context));
  const handler: ClientConnected = async (reader, writer) => {
    writer.write(await reader.readline());
    await writer.drain();
    assert.equal(writer.getExtraInfo('sslContext'), undefined);
    await writer.startTls(serverContext());
    assert.notEqual(writer.getExtraInfo('sslContext'), undefined);
    writer.write(await reader.readline());
    await writer.drain();
    writer.close();
    await writer.waitClosed();
  };
  await withServer(handler, async (port) => {
    const [reader, writer] = await openConnection('127.0.0.1', port);
    writer.write(line('hello world 1!'));
    await writer.drain();
    assert.equal(String(await reader.readline()), 'hello world 1!\n');
    assert.equal(writer.getExtraInfo('sslContext'), undefined);
    await writer.startTls(clientContext(), { serverHostname: 'localhost' });
    assert.notEqual(writer.getExtraInfo('sslContext'), undefined);
    writer.write(line('hello world 2!'));
    await writer.drain();
    assert.equal(String(await reader.readline()), 'hello world 2!\n');
    writer.close();
    await writer.waitClosed();
  });
  assert.deepEqual(reports, []);
});

onBackends(
  'startTls: what was buffered of the handshake before it is taken for its beginning',
  async (loop) => {
    const reports: ExceptionContext[] = [];
    loop.setExceptionHandler((_, context) => reports.push(context));
    const begun = new Event();
    const handler: ClientConnected = async (reader, writer) => {
      await begun.wait();
      while (size(reader) === 0) await new Promise((resolve) => setImmediate(resolve));
      await writer.startTls(serverContext());
      assert.equal(String(await reader.readline()), 'ping\n');
      writer.write(line('pong'));
      await writer.drain();
      writer.close();
      await writer.waitClosed();
    };
    await withServer(handler, async (port) => {
      const [reader, writer] = await openConnection('127.0.0.1', port);
      begun.set();
      await writer.startTls(clientContext(), { serverHostname: 'localhost' });
      writer.write(line('ping'));
      await writer.drain();
      assert.equal(String(await reader.readline()), 'pong\n');
      writer.close();
      await writer.waitClosed();
    });
    assert.deepEqual(reports, []);
  },
);
