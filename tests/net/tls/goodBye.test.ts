// How long and for how much a TLS connection that we close goes on.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { getRunningLoop, sleep, TimeoutError } from '../../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import { ConnectionAbortedError, OSError } from '../../../src/base/osError.ts';
import { GoodBye } from '../../../src/net/tls/goodBye.ts';
import type { Parted } from '../../../src/net/tls/goodBye.ts';
import { runTest } from '../../../src/testing/testing.ts';
import type { Underlay } from '../../../src/net/tls/underlay.ts';
import { onBackends } from '../onBackends.ts';
import { badRecord, withTapped } from './tapped.ts';

const MB = 1024 * 1024;

/** A connection that is no more than its numbers. */
class Numbers implements Parted {
  unsent = 0;
  below = { count: 0, received: 0 };
  readonly givenUp: unknown[] = [];
  readonly goodBye: GoodBye;

  constructor({ timeout = 30_000, unsent = 0, received = 0 } = {}) {
    const { below } = this;
    this.unsent = unsent;
    below.received = received;
    const underlay = { received: () => below.received, unsent: () => below.count } as Underlay;
    this.goodBye = new GoodBye(getRunningLoop(), this, underlay, timeout);
    this.goodBye.begin();
  }

  getWriteBufferSize(): number {
    return this.unsent;
  }

  _giveUp(error: unknown): void {
    this.givenUp.push(error);
    this.goodBye.over();
  }

  /** So many bytes come, through TLS. */
  hear(size: number): void {
    this.below.received += size + 22;
    this.goodBye.heard(size);
  }
}

describe('GoodBye', () => {
  test('once our end is said, two megabytes that nobody wants are enough: in success', () =>
    runTest(() => {
      const numbers = new Numbers();
      numbers.goodBye.said();
      numbers.hear(MB);
      assert.deepEqual(numbers.givenUp, []);
      numbers.hear(MB);
      assert.deepEqual(numbers.givenUp, [undefined]);
    }));

  test('a byte that comes a second after our end is enough as well', () =>
    runTest(async () => {
      const numbers = new Numbers();
      numbers.goodBye.said();
      await sleep(900);
      numbers.hear(1);
      assert.deepEqual(numbers.givenUp, []);
      await sleep(200);
      numbers.hear(1);
      assert.deepEqual(numbers.givenUp, [undefined]);
    }));

  test('bytes that TLS says nothing of count', () =>
    runTest(async () => {
      const numbers = new Numbers();
      numbers.goodBye.said();
      numbers.below.received += 3 * MB;
      await sleep(10);
      assert.deepEqual(numbers.givenUp, [undefined]);
    }));

  test('what came before close does not count, nor what comes while ours is taken', () =>
    runTest(() => {
      const numbers = new Numbers({ unsent: 40, received: 500 * MB });
      for (; numbers.unsent > 0; numbers.unsent--) numbers.hear(30 * MB);
      numbers.goodBye.said();
      assert.deepEqual(numbers.givenUp, []);
      numbers.goodBye.over();
    }));

  test('a peer that takes nothing may send 64 megabytes: then it is an error that says what was not sent', () =>
    runTest(() => {
      const numbers = new Numbers({ unsent: 1234 });
      for (let count = 0; count < 63; count++) numbers.hear(MB);
      assert.deepEqual(numbers.givenUp, []);
      numbers.hear(MB);
      const error: unknown = numbers.givenUp[0];
      assert.ok(error instanceof ConnectionAbortedError);
      assert.match(error.message, /1234 bytes were not sent/);
    }));

  test('what still waits below TLS is not said yet', () =>
    runTest(async () => {
      const numbers = new Numbers({ timeout: 5000 });
      numbers.below.count = 10;
      numbers.goodBye.needNoAnswer();
      numbers.goodBye.said();
      numbers.hear(3 * MB);
      await sleep(4000);
      assert.deepEqual(numbers.givenUp, []);
      await sleep(2000);
      assert.match(String(numbers.givenUp[0]), /longer than 5000 ms; 10 bytes were not sent/);
    }));

  test('a mute peer has the shutdown timeout, or a second where no answer is needed', () =>
    runTest(async () => {
      const numbers = [new Numbers(), new Numbers(), new Numbers()] as const;
      const [patient, before, after] = numbers;
      before.goodBye.needNoAnswer();
      for (const { goodBye } of numbers) goodBye.said();
      after.goodBye.needNoAnswer();
      assert.deepEqual(
        numbers.map(({ goodBye }) => goodBye.contented),
        [false, true, true],
      );
      await sleep(1001);
      assert.deepEqual(
        numbers.map(({ givenUp }) => givenUp),
        [[], [undefined], [undefined]],
      );
      await sleep(28_998);
      assert.deepEqual(patient.givenUp, []);
      await sleep(2);
      const error: unknown = patient.givenUp[0];
      assert.ok(error instanceof TimeoutError);
      assert.match(String(error), /longer than 30000 ms$/);
    }));
});

for (const role of ['server', 'client'] as const) {
  for (const way of ['direct', 'startTls'] as const) {
    describe(`a ${role} that closes, ${way}`, () => {
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        onBackends(`a peer of ${version} that sends without end is left after a few megabytes`, async () =>
          withTapped({ role, way, version }, async ({ reader, writer, tls }) => {
            const piece = Buffer.alloc(65_536);
            let sent = 0;
            const send = (): void => {
              if (tls.destroyed) return;
              sent += piece.length;
              tls.write(piece, () => setImmediate(send));
            };
            send();
            await reader.readExactly(100_000);
            writer.close();
            await writer.waitClosed();
            assert.ok(sent < 100 * MB, `${sent}`);
          }),
        );
      }

      onBackends('waitClosed tells of a peer that does not answer', async () =>
        withTapped({ role, way, sslShutdownTimeout: 30 }, async ({ writer, deafen }) => {
          deafen();
          writer.write(Buffer.from('all of it'));
          writer.close();
          await assert.rejects(writer.waitClosed(), TimeoutError);
        }),
      );

      onBackends('a block that uses the writer has no error of the connection for its own', async () =>
        withTapped({ role, way }, async ({ reader, writer, raw }) => {
          await assert.rejects(
            use(writer, async () => {
              raw.write(badRecord());
              await reader.read();
            }),
            // Not hidden in a SuppressedError.
            (error) => error instanceof OSError && error.syscall === 'TLS connection',
          );
        }),
      );
    });
  }
}

for (const [what, way] of [
  ['writer', 'direct'],
  ['writer', 'startTls'],
  ['reader', 'direct'],
] as const) {
  onBackends(`a block that uses the ${what} succeeds with a peer that does not answer, ${way}`, async () =>
    withTapped({ role: 'client', way }, async (tapped) => {
      tapped.deafen();
      tapped.writer.write(Buffer.from('all of it'));
      await use(tapped[what]);
    }),
  );
}

/** What `await using` does, without the syntax that Node 22 has not. */
async function use(stream: StreamReader | StreamWriter, body?: () => Promise<void>): Promise<void> {
  const disposed = stream;
  try {
    await body?.();
  } finally {
    await disposed[Symbol.asyncDispose]();
  }
}
