// sendfile over TLS: by reading and writing, on both backends.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, SendfileNotAvailableError } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { ConnectionError } from '../../../src/base/osError.ts';
import { sendfile } from '../../../src/net/sendfile/sendfile.ts';
import { DataWitness } from '../contract/witness.ts';
import { onDeno } from '../../commandLine.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf } from '../recorder.ts';
import { clientContext, serverContext } from '../tls/contexts.ts';
import { DATA, LARGE, withFile } from './files.ts';
import { arrivals } from '../arrivals.ts';

async function withTls(
  loop: EventLoop,
  body: (client: DataWitness, server: DataWitness) => Promise<unknown>,
  serverSide: DataWitness = new DataWitness(),
): Promise<void> {
  const server = await loop.createServer(() => serverSide, '127.0.0.1', 0, { ssl: serverContext() });
  const [host, port] = addressOf(server);
  const client = new DataWitness();
  const options = { ssl: clientContext(), serverHostname: 'localhost' };
  await loop.createConnection(() => client, host, port, options);
  await serverSide.until(() => serverSide.calls.length > 0);
  server.close();
  try {
    await body(client, serverSide);
  } finally {
    for (const end of [client, serverSide]) {
      end.transport.abort();
      await end.loss();
    }
    await server.waitClosed();
  }
}

onBackends('a file over TLS, between other bytes, and a part of it', (loop) =>
  withFile(DATA, (file) =>
    withTls(loop, async (client, server) => {
      client.transport.write(Buffer.from('before'));
      assert.equal(await sendfile(loop, client.transport, file), DATA.length);
      client.transport.write(Buffer.from('after'));
      assert.equal(await sendfile(loop, client.transport, file, { offset: 1000, count: 100 }), 100);
      const size = DATA.length + 111;
      const expected = [Buffer.from('before'), DATA, Buffer.from('after'), DATA.subarray(1000, 1100)];
      assert.ok((await server.bytes(size)).equals(Buffer.concat(expected)));
      assert.equal(client.transport.getProtocol(), client);
      assert.equal(client.transport.isReading(), true);
    }),
  ),
);

onBackends('over TLS there is no way but the fallback: SendfileNotAvailableError', (loop) =>
  withFile(DATA, (file) =>
    withTls(loop, async (client, server) => {
      const options = { fallback: false };
      await assert.rejects(sendfile(loop, client.transport, file, options), SendfileNotAvailableError);
      // Nothing has happened to the transport.
      assert.equal(await sendfile(loop, client.transport, file), DATA.length);
      assert.ok((await server.bytes(DATA.length)).equals(DATA));
    }),
  ),
);

onBackends(
  "over the host's transports there is none either",
  (loop) =>
    withFile(DATA, async (file) => {
      const accepted = new DataWitness();
      const server = await loop.createServer(() => accepted, '127.0.0.1', 0);
      const [host, port] = addressOf(server);
      const [transport, client] = await loop.createConnection(() => new DataWitness(), host, port);
      await assert.rejects(sendfile(loop, transport, file, { fallback: false }), (error) => {
        assert.ok(error instanceof SendfileNotAvailableError);
        return error.code === 'ERR_ASYNCIO_SENDFILE_NOT_AVAILABLE';
      });
      transport.abort();
      await client.loss();
      accepted.transport.abort();
      await accepted.loss();
      server.close();
      await server.waitClosed();
    }),
  { only: 'host' },
);

onBackends('over TLS a peer that closes in the middle is a ConnectionError', async (loop) => {
  const server: DataWitness = new DataWitness({ data: () => server.transport.abort() });
  await withFile(LARGE, (file) =>
    withTls(
      loop,
      async (client) => {
        await assert.rejects(sendfile(loop, client.transport, file), ConnectionError);
        await client.loss();
      },
      server,
    ),
  );
});

onBackends(
  'over TLS a peer that does not read makes it wait, with memory bounded',
  (loop) =>
    withFile(LARGE, (file) =>
      withTls(loop, async (client, server) => {
        server.transport.pauseReading();
        let progress = 0;
        const onProgress = (sent: number): void => void (progress = sent);
        const sending = createTask(() => sendfile(loop, client.transport, file, { onProgress }));
        let before = -1;
        while (progress !== before) {
          before = progress;
          await arrivals();
        }
        assert.ok(progress < LARGE.length);
        assert.ok(client.transport.getWriteBufferSize() < 1_000_000);
        server.transport.resumeReading();
        assert.equal(await sending, LARGE.length);
        await server.bytes(LARGE.length);
        assert.ok(server.received.equals(LARGE));
      }),
    ),
  { skip: onDeno && 'Deno takes everything, read or not' },
);
