// How the other side's end is told: said by TLS it is the end, a connection that is just cut is an error for
// those who read to the end; and what is written after it.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  BrokenPipeError,
  createTask,
  IncompleteReadError,
  interruptible,
  InvalidArgumentError,
  openConnection,
  sleep,
  SSLEOFError,
  startServer,
} from '../../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { onBun } from '../../commandLine.ts';
import { onBackends } from '../onBackends.ts';
import { Recorder } from '../recorder.ts';
import { clientContext, serverContext } from './contexts.ts';
import { connect } from './pair.ts';
import { badRecord, hostServerOf, withTapped } from './tapped.ts';

const code = 'ERR_SSL_UNEXPECTED_EOF_WHILE_READING';
const isCut = (error: unknown): boolean => error instanceof SSLEOFError && error.code === code;

const isUnsent = (error: unknown): boolean =>
  error instanceof BrokenPipeError && /has ended TLS/.test(error.message);

async function iterate(pieces: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return String(Buffer.concat(all));
}

/** Reads to the end in every way. */
const toTheEnd: readonly [title: string, read: (reader: StreamReader) => Promise<unknown>][] = [
  ['read()', (reader) => reader.read()],
  ['the iteration by lines', (reader) => iterate(reader)],
  ['the iteration by chunks', (reader) => iterate(reader.chunks())],
  [
    'read(n) until it is empty',
    async (reader) => {
      while ((await reader.read(4)).length > 0);
    },
  ],
  [
    'readline() until it is empty',
    async (reader) => {
      while ((await reader.readline()).length > 0);
    },
  ],
];

for (const role of ['server', 'client'] as const) {
  for (const way of ['direct', 'startTls'] as const) {
    const skip = onBun && way === 'direct' && 'Bun does not tell how TLS over a socket ended';
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      describe(`a ${role} of ${version}, ${way}`, () => {
        const options = { role, way, version };

        for (const [title, read] of toTheEnd) {
          onBackends(
            `a cut: ${title} throws the SSLEOFError, waitClosed does not`,
            async () =>
              withTapped(options, async ({ reader, writer, tls, raw }) => {
                const reading = createTask(() => read(reader));
                tls.write('one\ntwo\nthr', () => raw.end());
                await assert.rejects(reading, isCut);
                assert.ok(isCut(reader.exception()));
                await assert.rejects(reader.read(), isCut);
                await assert.rejects(writer.drain(), isCut);
                await writer.waitClosed();
              }),
            { skip },
          );

          onBackends(`an end that was said: ${title} ends`, async () =>
            withTapped(options, async ({ reader, writer, tls, raw }) => {
              const reading = createTask(() => read(reader));
              tls.end('one\ntwo\nthr', () => raw.end());
              await reading;
              assert.equal(reader.atEof(), true);
              assert.equal(reader.exception(), undefined);
              await writer.waitClosed();
            }),
          );
        }

        onBackends(
          'a cut: what came stays, and messages that did not come whole say so',
          async () =>
            withTapped(options, async ({ reader, tls, raw }) => {
              tls.write('whole\npart', () => raw.end());
              await assert.rejects(reader.read(), isCut);
              assert.equal(String(await reader.readline()), 'whole\n');
              await assert.rejects(reader.readline(), isCut);
              assert.equal(String(await reader.read(2)), 'pa');
              await assert.rejects(reader.readExactly(3), (error) => {
                assert.ok(error instanceof IncompleteReadError);
                assert.equal(String(error.partial), 'rt');
                return isCut(error.cause);
              });
              await assert.rejects(reader.read(1), isCut);
            }),
          { skip },
        );

        onBackends(
          'a cut in the middle of a record is one',
          async () =>
            withTapped(options, async ({ reader, raw }) => {
              const reading = createTask(() => reader.read());
              raw.end(badRecord().subarray(0, 20));
              await assert.rejects(reading, isCut);
            }),
          { skip },
        );

        onBackends(
          'a cut while reading is paused is told behind what came',
          async () =>
            withTapped(options, async ({ reader, writer, tls, raw }) => {
              writer.transport.pauseReading();
              await interruptible(
                new Promise<void>((resolve) => tls.write('x'.repeat(300_000), () => raw.end(resolve))),
              );
              await sleep(5);
              writer.transport.resumeReading();
              assert.equal((await reader.readExactly(300_000)).length, 300_000);
              await assert.rejects(reader.read(), isCut);
            }),
          { skip },
        );

        onBackends('an end that was said while reading is paused is none', async () =>
          withTapped(options, async ({ reader, writer, tls, raw }) => {
            writer.transport.pauseReading();
            await interruptible(
              new Promise<void>((resolve) => tls.end('x'.repeat(300_000), () => raw.end(resolve))),
            );
            await sleep(5);
            writer.transport.resumeReading();
            assert.equal((await reader.read()).length, 300_000);
          }),
        );

        onBackends('sslSuppressRaggedEofs: a cut reads as the end', async () =>
          withTapped({ ...options, sslSuppressRaggedEofs: true }, async ({ reader, writer, tls, raw }) => {
            tls.write('all there is', () => raw.end());
            assert.equal(String(await reader.read()), 'all there is');
            await writer.waitClosed();
          }),
        );

        onBackends('a cut while we close is no error', async () =>
          withTapped(options, async ({ writer, raw, tls }) => {
            tls.pause();
            writer.close();
            raw.end();
            await writer.waitClosed();
          }),
        );

        onBackends(
          'what is written after the other side’s end: drain and waitClosed tell',
          async () =>
            withTapped(options, async ({ reader, writer, tls }) => {
              tls.end('question');
              assert.equal(String(await reader.read()), 'question');
              writer.write(Buffer.from('answer'));
              await assert.rejects(writer.drain(), isUnsent);
              await assert.rejects(writer.waitClosed(), isUnsent);
            }),
          { skip: onBun && 'Bun may have closed the connection by then' },
        );

        onBackends('what is written after our own close: drain tells', async () =>
          withTapped(options, async ({ writer }) => {
            writer.close();
            writer.writelines([Buffer.alloc(0)]);
            await writer.drain();
            writer.write(Buffer.from('too late'));
            await assert.rejects(writer.drain(), BrokenPipeError);
            writer.transport.abort();
            await writer.waitClosed();
          }),
        );
      });
    }
  }
}

describe('a protocol', () => {
  const skip = onBun && 'Bun does not tell how TLS over a socket ended';

  onBackends(
    'a cut is no eofReceived, and connectionLost has the SSLEOFError',
    async (loop) => {
      const host = await hostServerOf(({ tls, raw }) => tls.write('cut', () => raw.end()));
      const [, client] = await connect(loop, () => new Recorder(), host.port);
      assert.ok(isCut(await client.lost));
      assert.equal(client.text, 'cut');
      assert.deepEqual(client.events, ['made', 'lost']);
      await host.close();
    },
    { skip },
  );

  onBackends('what is written after the end is the error of connectionLost', async (loop) => {
    class Late extends Recorder {
      override eofReceived(): void {
        super.eofReceived();
        queueMicrotask(() => this.transport?.write(Buffer.from('too late')));
      }
    }
    const host = await hostServerOf(({ tls }) => tls.end('bye'));
    const [, client] = await connect(loop, () => new Late(), host.port);
    assert.ok((await client.lost) instanceof BrokenPipeError);
    assert.deepEqual(client.events, ['made', 'eof', 'lost']);
    await host.close();
  });
});

for (const outer of ['said', 'cut'] as const) {
  onBackends(`TLS in TLS: the inner one is cut when the outer is ${outer}`, async () => {
    const errors: unknown[] = [];
    const twice = async (writer: StreamWriter): Promise<void> => writer.startTls(serverContext());
    const server = await startServer(
      async (reader, writer) => {
        await twice(writer);
        await twice(writer);
        try {
          await reader.read();
        } catch (error) {
          errors.push(error);
        }
      },
      '127.0.0.1',
      0,
    );
    const [, writer] = await openConnection('127.0.0.1', server.port);
    const options = { serverHostname: 'localhost' };
    const plain = writer.transport;
    await writer.startTls(clientContext(), options);
    const outerTls = writer.transport;
    await writer.startTls(clientContext(), options);
    if (outer === 'said') outerTls.close();
    else plain.abort();
    await writer.waitClosed().catch(() => {});
    await server.shutdown();
    assert.equal(errors.length, 1);
    assert.ok(outer === 'said' ? isCut(errors[0]) : errors[0] instanceof Error, String(errors[0]));
  });
}

for (const [what, argument] of [
  ['createConnection', { ssl: clientContext(), sslSuppressRaggedEofs: 1 }],
  ['createConnection', { sslSuppressRaggedEofs: true }],
] as const) {
  onBackends(`${what} refuses ${JSON.stringify(Object.keys(argument))} of the wrong kind`, async (loop) => {
    await assert.rejects(
      loop.createConnection(() => new Recorder(), '127.0.0.1', 1, argument as never),
      (error) => error instanceof InvalidArgumentError && error.argument === 'sslSuppressRaggedEofs',
    );
  });
}
