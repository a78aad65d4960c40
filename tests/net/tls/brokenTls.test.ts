// Errors of TLS after the handshake: whoever reads or writes is told, on both sides, over a socket and over a
// transport, and the connection is given up.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { CLIENT_RENEG_LIMIT } from 'node:tls';
import { createTask, interruptible, sleep } from '../../../src/asyncio.ts';
import { SSLError } from '../../../src/net/tls/sslErrors.ts';
import { onBun, onDeno } from '../../commandLine.ts';
import { gone } from '../../conformance/tls/hostPeer.ts';
import { onBackends } from '../onBackends.ts';
import { badRecord, spoilt, withTapped } from './tapped.ts';
import type { Tapped } from './tapped.ts';

function isTold(error: unknown): boolean {
  assert.ok(error instanceof SSLError, String(error));
  assert.match(error.code, /^ERR_(SSL|TLS)_/);
  return true;
}

/** What a peer can do wrong below TLS. */
const faults: readonly [title: string, break_: (tapped: Tapped) => void][] = [
  ['a record that nobody can decrypt', ({ raw }) => void raw.write(badRecord())],
  ['a record longer than any may be', ({ raw }) => void raw.write(badRecord(23, 0x4fff))],
  ['bytes that are no record', ({ raw }) => void raw.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a handshake message out of the blue', ({ raw }) => void raw.write(badRecord(22))],
  ['an alert that nobody can decrypt', ({ raw }) => void raw.write(badRecord(21, 2))],
  [
    'a record with a byte changed',
    ({ tls, tamper }) => {
      tamper(spoilt);
      tls.write('changed underway');
    },
  ],
];

for (const role of ['server', 'client'] as const) {
  for (const way of ['direct', 'startTls'] as const) {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      describe(`a ${role} of ${version}, ${way}`, () => {
        const options = { role, way, version };

        for (const [title, break_] of faults) {
          onBackends(`${title}: the read that waits has the SSLError, so has waitClosed`, async () =>
            withTapped(options, async (tapped) => {
              const { reader, writer, tls, raw } = tapped;
              tls.write('hello');
              assert.equal(String(await reader.readExactly(5)), 'hello');
              const reading = createTask(() => reader.read());
              await sleep(0);
              const closed = interruptible(gone(raw));
              raw.once('end', () => raw.end());
              break_(tapped);
              await assert.rejects(reading, isTold);
              await assert.rejects(writer.waitClosed(), isTold);
              await assert.rejects(writer.drain(), isTold);
              await closed;
            }),
          );
        }

        onBackends("the peer's own fatal alert is the SSLError too", async () =>
          withTapped(options, async ({ reader, writer, tamper }) => {
            const reading = createTask(() => reader.read());
            tamper(spoilt, 'received');
            writer.write(Buffer.from('changed underway'));
            await assert.rejects(reading, isTold);
            await assert.rejects(writer.waitClosed(), isTold);
          }),
        );

        onBackends(
          'a drain that waits has the SSLError',
          async () =>
            withTapped(options, async ({ writer, tls, raw }) => {
              tls.pause();
              writer.write(Buffer.alloc(20_000_000));
              const draining = createTask(() => writer.drain());
              await sleep(0);
              assert.equal(draining.done(), false);
              raw.write(badRecord());
              await assert.rejects(draining, isTold);
            }),
          { skip: onBun && 'Bun takes everything, read or not' },
        );

        onBackends(
          'while reading is paused it waits, behind what came before',
          async () =>
            withTapped(options, async ({ reader, writer, tls, tamper }) => {
              tls.write('h');
              assert.equal(String(await reader.readExactly(1)), 'h');
              writer.transport.pauseReading();
              tamper((bytes) => Buffer.concat([bytes, badRecord()]));
              await interruptible(new Promise<void>((resolve) => tls.write('ello', () => resolve())));
              await sleep(5);
              writer.transport.resumeReading();
              assert.equal(String(await reader.readExactly(4)), 'ello');
              await assert.rejects(reader.read(1), isTold);
            }),
          { skip: onDeno && 'Deno drops what it read together with the fault' },
        );

        onBackends('while it is closing waitClosed has it, and what was read is kept', async () =>
          withTapped(options, async ({ reader, writer, tls, raw }) => {
            tls.write('hello');
            await reader.read(1);
            tls.pause();
            writer.close();
            raw.write(badRecord());
            await assert.rejects(writer.waitClosed(), isTold);
            assert.equal(String(await reader.readExactly(4)), 'ello');
          }),
        );
      });
    }
  }
}

const noRenegotiation = (onBun || onDeno) && 'the TLS of this host knows no renegotiation';

for (const way of ['direct', 'startTls'] as const) {
  onBackends(
    `a client that renegotiates TLS 1.2 on and on is an attack, and told to the server's handler, ${way}`,
    async () =>
      withTapped({ role: 'server', way, version: 'TLSv1.2' }, async ({ reader, writer, tls }) => {
        const reading = createTask(() => reader.read());
        const ended = interruptible(gone(tls));
        let count = 0;
        const again = (): void => void tls.renegotiate({}, () => (++count < 50 ? again() : tls.end()));
        again();
        await assert.rejects(reading, { name: 'SSLError', code: 'ERR_TLS_SESSION_ATTACK' });
        await assert.rejects(writer.waitClosed(), SSLError);
        await ended;
        assert.equal(count, CLIENT_RENEG_LIMIT);
      }),
    { skip: noRenegotiation },
  );
}
