// sendfile over transports: the system's own way on the selector backend, reading and writing on the host's.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, sleep, UsageError } from '../../../src/asyncio.ts';
import { isCancelled } from '../../../src/base/cancelled.ts';
import { InvalidArgumentError } from '../../../src/base/errors.ts';
import { ConnectionError } from '../../../src/base/osError.ts';
import { createDatagramEndpoint } from '../../../src/net/datagram/createDatagramEndpoint.ts';
import { fallbackSend } from '../../../src/net/sendfile/fallbackSend.ts';
import { sendfile } from '../../../src/net/sendfile/sendfile.ts';
import { SendfileNotAvailableError } from '../../../src/net/sendfile/sendfileNotAvailableError.ts';
import { SentFile } from '../../../src/net/sendfile/sentFile.ts';
import { DataWitness } from '../../net/contract/witness.ts';
import { DatagramWitness } from '../../net/datagram/witness.ts';
import { onBackends } from '../../net/onBackends.ts';
import { closeFd, openPipe, writeText } from '../../net/pipes/pair.ts';
import { DATA, LARGE, placeOf, withConnection, withFile } from '../../net/sendfile/files.ts';
import { arrivals } from '../../net/arrivals.ts';

onBackends('a whole file arrives, and the file stands at its end', (loop) =>
  withFile(DATA, (file) =>
    withConnection(loop, async ({ client, server }) => {
      assert.equal(await sendfile(loop, client.transport, file), DATA.length);
      client.transport.close();
      await server.loss();
      assert.ok(server.received.equals(DATA));
      assert.ok([DATA.length, undefined].includes(placeOf(file)));
    }),
  ),
);

onBackends('a descriptor’s number is a file too', (loop) =>
  withFile(Buffer.from('short'), (file) =>
    withConnection(loop, async ({ client, server }) => {
      assert.equal(await sendfile(loop, client.transport, file.fd), 5);
      assert.equal(String(await server.bytes(5)), 'short');
    }),
  ),
);

onBackends('from an offset, wherever the file stood; at the end there is nothing to send', async (loop) => {
  for (const offset of [0, DATA.length >> 1, DATA.length]) {
    await withFile(DATA, (file) =>
      withConnection(loop, async ({ client, server }) => {
        await file.read(Buffer.alloc(123), 0, 123);
        assert.equal(await sendfile(loop, client.transport, file, { offset }), DATA.length - offset);
        client.transport.close();
        await server.loss();
        assert.ok(server.received.equals(DATA.subarray(offset)));
        assert.ok([DATA.length, undefined].includes(placeOf(file)));
      }),
    );
  }
});

onBackends('a part: offset and count; less where the file ends', (loop) =>
  withFile(DATA, (file) =>
    withConnection(loop, async ({ client, server }) => {
      assert.equal(await sendfile(loop, client.transport, file, { offset: 1000, count: 100 }), 100);
      assert.ok([1100, undefined].includes(placeOf(file)));
      assert.ok((await server.bytes(100)).equals(DATA.subarray(1000, 1100)));
      const offset = DATA.length - 7;
      assert.equal(await sendfile(loop, client.transport, file, { offset, count: 100 }), 7);
    }),
  ),
);

onBackends('an empty file is nothing', (loop) =>
  withFile(new Uint8Array(0), (file) =>
    withConnection(loop, async ({ client }) => {
      assert.equal(await sendfile(loop, client.transport, file), 0);
    }),
  ),
);

onBackends('what was written before goes first, what is written after comes last', (loop) =>
  withFile(DATA, (file) =>
    withConnection(loop, async ({ client, server }) => {
      const before = Buffer.alloc(1_000_000, 'before');
      client.transport.write(before);
      assert.equal(await sendfile(loop, client.transport, file), DATA.length);
      client.transport.write(Buffer.from('after'));
      client.transport.close();
      await server.loss();
      assert.ok(server.received.equals(Buffer.concat([before, DATA, Buffer.from('after')])));
    }),
  ),
);

onBackends('arguments that make no sense are refused', (loop) =>
  withFile(DATA, (file) =>
    withConnection(loop, async ({ client }) => {
      for (const options of [
        { offset: -1 },
        { offset: 0.5 },
        { count: 0 },
        { count: -1 },
        { count: NaN },
      ]) {
        await assert.rejects(sendfile(loop, client.transport, file, options), InvalidArgumentError);
      }
      for (const bad of [null, {}, 'path', -1]) {
        await assert.rejects(sendfile(loop, client.transport, bad as never), InvalidArgumentError);
      }
      await assert.rejects(sendfile(loop, client.transport, 9999), { code: 'EBADF' });
      client.transport.write(Buffer.from('of use still'));
    }),
  ),
);

onBackends('a datagram transport has no sendfile', (loop) =>
  withFile(DATA, async (file) => {
    const [transport, protocol] = await createDatagramEndpoint(loop, () => new DatagramWitness(), {
      family: 4,
    });
    await assert.rejects(
      sendfile(loop, transport, file),
      (error) => error instanceof UsageError && /not supported/.test(error.message),
    );
    await protocol.closed();
  }),
);

onBackends('a transport that is closing is refused', (loop) =>
  withFile(DATA, (file) =>
    withConnection(loop, async ({ client, server }) => {
      client.transport.close();
      await assert.rejects(
        sendfile(loop, client.transport, file),
        (error) => error instanceof UsageError && /is closing/.test(error.message),
      );
      await server.loss();
      assert.equal(server.size, 0);
    }),
  ),
);

onBackends(
  'meanwhile nothing can be written, and afterwards it can',
  (loop) =>
    withFile(DATA, (file) =>
      withConnection(loop, async ({ client, server }) => {
        const sending = createTask(() => sendfile(loop, client.transport, file));
        await sleep(0);
        assert.throws(() => client.transport.write(Buffer.from('x')), UsageError);
        assert.throws(() => client.transport.writelines([Buffer.from('x')]), UsageError);
        assert.equal(await sending, DATA.length);
        client.transport.write(Buffer.from('x'));
        await server.bytes(DATA.length + 1);
      }),
    ),
  { only: 'selector' },
);

onBackends('reading is paused meanwhile, and goes on as it was', (loop) =>
  withFile(DATA, (file) =>
    withConnection(loop, async ({ client, server }) => {
      const sending = createTask(() => sendfile(loop, client.transport, file));
      await sleep(0);
      assert.equal(client.transport.isReading(), false);
      server.transport.write(Buffer.from('hello'));
      await sending;
      assert.equal(String(await client.bytes(5)), 'hello');
      client.transport.pauseReading();
      await sendfile(loop, client.transport, file, { count: 10 });
      assert.equal(client.transport.isReading(), false);
    }),
  ),
);

onBackends('a peer that closes after the last byte is no error', async (loop) => {
  const server: DataWitness = new DataWitness({
    data: () => void (server.size >= DATA.length && server.transport.close()),
  });
  await withFile(DATA, (file) =>
    withConnection(
      loop,
      async ({ client }) => {
        assert.equal(await sendfile(loop, client.transport, file), DATA.length);
        await server.loss();
        assert.ok(server.received.equals(DATA));
      },
      server,
    ),
  );
});

onBackends(
  'a peer that closes in the middle is a ConnectionError, and the place tells how far',
  async (loop) => {
    const server: DataWitness = new DataWitness({ data: () => server.transport.abort() });
    await withFile(LARGE, (file) =>
      withConnection(
        loop,
        async ({ client }) => {
          let progress = 0;
          const onProgress = (sent: number): void => {
            progress = sent;
          };
          await assert.rejects(sendfile(loop, client.transport, file, { onProgress }), ConnectionError);
          await server.loss();
          assert.ok(server.size > 0 && server.size < LARGE.length);
          assert.ok(progress < LARGE.length);
          assert.ok([progress, undefined].includes(placeOf(file)));
          assert.equal(client.transport.isClosing(), true);
          await client.loss();
        },
        server,
      ),
    );
  },
);

onBackends('a cancel stops it; the transport can be used on, and it is known how much has gone', (loop) =>
  withFile(LARGE, (file) =>
    withConnection(loop, async ({ client, server }) => {
      server.transport.pauseReading();
      let progress = 0;
      const options = { onProgress: (sent: number): void => void (progress = sent) };
      const sending = createTask(() => sendfile(loop, client.transport, file, options));
      while (progress === 0) await sleep(1);
      await arrivals();
      sending.cancel();
      await assert.rejects(sending, isCancelled);
      assert.ok(progress < LARGE.length, String(progress));
      assert.ok([progress, undefined].includes(placeOf(file)));
      assert.equal(client.transport.isReading(), true);
      server.transport.resumeReading();
      client.transport.write(Buffer.from('END'));
      await server.until(() => server.received.subarray(-3).toString() === 'END');
      const sent = server.received.subarray(0, -3);
      assert.ok(sent.length >= progress && sent.equals(LARGE.subarray(0, sent.length)));
      assert.equal(await sendfile(loop, client.transport, file, { offset: 5, count: 5 }), 5);
    }),
  ),
);

onBackends(
  'a cancel while it waits for what was written before sends nothing of the file',
  (loop) =>
    withFile(DATA, (file) =>
      withConnection(loop, async ({ client, server }) => {
        server.transport.pauseReading();
        client.transport.write(Buffer.alloc(4_000_000, 'w'));
        const sending = createTask(() => sendfile(loop, client.transport, file));
        await sleep(5);
        sending.cancel();
        await assert.rejects(sending, isCancelled);
        server.transport.resumeReading();
        client.transport.write(Buffer.from('END'));
        const all = await server.bytes(4_000_003);
        assert.equal(all.length, 4_000_003);
        assert.equal(String(all.subarray(-4)), 'wEND');
      }),
    ),
  { only: 'selector' },
);

onBackends('closing the transport meanwhile is a ConnectionError', (loop) =>
  withFile(LARGE, (file) =>
    withConnection(loop, async ({ client, server }) => {
      server.transport.pauseReading();
      const sending = createTask(() => sendfile(loop, client.transport, file));
      await arrivals();
      client.transport.abort();
      await assert.rejects(sending, ConnectionError);
      await client.loss();
    }),
  ),
);

onBackends(
  'what the system cannot send goes by reading and writing, or not at all',
  (loop) =>
    withConnection(loop, async ({ client, server }) => {
      const [read, write] = openPipe();
      writeText(write, 'from a pipe');
      closeFd(write);
      await assert.rejects(
        sendfile(loop, client.transport, read, { fallback: false }),
        SendfileNotAvailableError,
      );
      assert.equal(await sendfile(loop, client.transport, read), 11);
      assert.equal(String(await server.bytes(11)), 'from a pipe');
      closeFd(read);
    }),
  { only: 'selector' },
);

onBackends(
  'a transport without the system’s way says so when it may not fall back',
  (loop) =>
    withFile(DATA, (file) =>
      withConnection(loop, async ({ client }) => {
        await assert.rejects(
          sendfile(loop, client.transport, file, { fallback: false }),
          (error) => error instanceof UsageError && /fallback is false/.test(error.message),
        );
      }),
    ),
  { only: 'host' },
);

onBackends(
  'the fallback serves the selector’s transports as well, under their flow control',
  (loop) =>
    withFile(DATA, (file) =>
      withConnection(loop, async ({ client, server }) => {
        client.transport.setWriteBufferLimits({ high: 4096 });
        server.transport.pauseReading();
        const sending = createTask(() => fallbackSend(loop, client.transport, new SentFile(file, {})));
        await client.until(() => client.count('pause') > 0);
        assert.notEqual(client.transport.getProtocol(), client);
        server.transport.resumeReading();
        assert.equal(await sending, DATA.length);
        assert.equal(placeOf(file), DATA.length);
        assert.equal(client.transport.getProtocol(), client);
        await client.until(() => client.count('pause') === client.count('resume'));
        client.transport.close();
        await server.loss();
        assert.ok(server.received.equals(DATA));
      }),
    ),
  { only: 'selector' },
);

onBackends(
  'closing while it waits for what was written before is a ConnectionError, too',
  (loop) =>
    withFile(DATA, (file) =>
      withConnection(loop, async ({ client, server }) => {
        server.transport.pauseReading();
        client.transport.write(Buffer.alloc(4_000_000, 'w'));
        const sending = createTask(() => sendfile(loop, client.transport, file));
        await sleep(5);
        client.transport.abort();
        await assert.rejects(sending, ConnectionError);
      }),
    ),
  { only: 'selector' },
);
