// relay: what goes through, how it ends, and which end is to blame.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTask, isCancelled, relay, RelayError, sleep, taskGroup } from '../../../src/asyncio.ts';
import { InvalidArgumentError, StreamReader, UsageError } from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import type { Socket } from '../../../src/socket.ts';
import { libc } from '../../../src/sys/libc/libc.ts';
import { MSG_OOB } from '../../../src/sys/libc/socketConstants.ts';
import { viewLoop } from '../../../src/lowlevel.ts';
import { settledHeap } from '../../soak/heap.ts';
import { onBackends } from '../onBackends.ts';
import { selectorMissing } from '../backends.ts';
import { content, withChain } from './chain.ts';
import type { Kind } from './chain.ts';

const pairs: readonly [Kind, Kind][] = [
  ['TCP', 'TCP'],
  ['Unix', 'TCP'],
  ['TCP', 'TLS'],
  ['TLS', 'TCP'],
];

for (const [from, to] of pairs) {
  onBackends(`relay: both directions at once, with half-closes, ${from} and ${to}`, async () => {
    await withChain(from, to, async ({ source, left, right, sink }) => {
      const [there, back] = [content(3_000_000), content(1_234_567)];
      const send = async ([, writer]: typeof source, bytes: Buffer): Promise<void> => {
        for (let at = 0; at < bytes.length; at += 100_000) {
          writer.write(bytes.subarray(at, at + 100_000));
          await writer.drain();
        }
        if (writer.canWriteEof()) writer.writeEof();
      };
      const receive = async ([reader]: typeof source, bytes: Buffer): Promise<void> => {
        assert.ok((await reader.readExactly(bytes.length)).equals(bytes));
      };
      const counts: number[] = [];
      const through = async (one: Promise<number>, index: number): Promise<void> => {
        counts[index] = await one;
      };
      const both = [
        createTask(() => through(relay(left[0], right[1]), 0)),
        createTask(() => through(right[0].pipeTo(left[1]), 1)),
      ];
      await taskGroup((group) => {
        void group.createTask(() => send(source, there));
        void group.createTask(() => send(sink, back));
        void group.createTask(() => receive(sink, there));
        void group.createTask(() => receive(source, back));
      });
      if (from === 'TLS' || to === 'TLS') {
        for (const task of both) task.cancel();
        for (const task of both) await task.catch(() => {});
        return;
      }
      for (const task of both) await task;
      assert.deepEqual(counts, [there.length, back.length]);
      assert.equal((await sink[0].read()).length, 0, 'the end goes through');
      assert.equal((await source[0].read()).length, 0);
    });
  });
}

onBackends('relay: what the reader holds goes first, and `end: false` leaves the writer open', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
    source[1].write(Buffer.from('line\nheld '));
    assert.equal(String(await left[0].readline()), 'line\n');
    right[1].write(Buffer.from('own '));
    const relaying = createTask(() => relay(left[0], right[1], { end: false }));
    await sleep(5);
    source[1].write(Buffer.from('later'));
    source[1].writeEof();
    assert.equal(await relaying, 'held later'.length);
    right[1].write(Buffer.from(' last'));
    right[1].writeEof();
    assert.equal(String(await sink[0].read()), 'own held later last');
  });
});

onBackends('relay: nobody else may read meanwhile; afterwards they may', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
    const relaying = createTask(() => relay(left[0], right[1]));
    await sleep(5);
    await assert.rejects(left[0].read(1), UsageError);
    await assert.rejects(relay(left[0], left[1]), RelayError);
    relaying.cancel();
    await assert.rejects(relaying, isCancelled);
    source[1].write(Buffer.from('mine'));
    assert.equal(String(await left[0].readExactly(4)), 'mine');
    sink[1].write(Buffer.from('and back'));
    assert.equal(String(await right[0].readExactly(8)), 'and back');
  });
});

onBackends('relay: a cancel before it starts, while it waits, and twice', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
    const progress = { bytes: 0 };
    const begin = (): Task<number> => createTask(() => relay(left[0], right[1], { progress }));
    const early = begin();
    early.cancel();
    await assert.rejects(early, isCancelled);
    const waiting = begin();
    await sleep(5);
    waiting.cancel();
    waiting.cancel();
    await assert.rejects(waiting, isCancelled);
    const moving = begin();
    source[1].write(Buffer.from('some'));
    assert.equal(String(await sink[0].readExactly(4)), 'some');
    moving.cancel();
    await assert.rejects(moving, isCancelled);
    assert.equal(progress.bytes, 4);
  });
});

onBackends(
  'relay: while the sink does not read, the source is not read either',
  async () => {
    await withChain(
      'TCP',
      'TCP',
      async ({ source, left, right, sink }) => {
        const progress = { bytes: 0 };
        const relaying = createTask(() => relay(left[0], right[1], { progress }));
        const bytes = content(20_000_000);
        source[1].write(bytes);
        source[1].writeEof();
        let before = -1;
        while (progress.bytes !== before) {
          before = progress.bytes;
          await sleep(50);
        }
        assert.ok(progress.bytes < bytes.length, `${progress.bytes}`);
        let at = 0;
        for await (const chunk of sink[0].chunks({ reuse: true })) {
          assert.ok(chunk.equals(bytes.subarray(at, at + chunk.length)));
          at += chunk.length;
        }
        assert.equal(at, bytes.length);
        assert.equal(await relaying, bytes.length);
      },
      true,
    );
  },
  { timeout: 30_000 },
);

onBackends('relay: the loss of the writer ends it at once, and is the writer’s', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right }) => {
    const relaying = createTask(() => relay(left[0], right[1]));
    await sleep(5);
    right[1].close();
    await assert.rejects(relaying, (error: unknown) => {
      assert.ok(error instanceof RelayError);
      assert.deepEqual([error.side, error.bytes, error.code], ['writer', 0, 'ERR_ASYNCIO_RELAY']);
      return true;
    });
    source[1].write(Buffer.from('still there'));
    assert.equal(String(await left[0].readExactly(11)), 'still there');
  });
});

onBackends('relay: a source of our own that is aborted has ended', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
    const relaying = createTask(() => relay(left[0], right[1]));
    source[1].write(Buffer.from('before'));
    assert.equal(String(await sink[0].readExactly(6)), 'before');
    left[1].transport.abort();
    assert.equal(await relaying, 6);
    assert.equal(String(await sink[0].read()), '');
  });
});

onBackends('relay: a reset of the source is the reader’s, behind what came before it', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
    const relaying = createTask(() => relay(left[0], right[1]));
    source[1].write(Buffer.from('before'));
    assert.equal(String(await sink[0].readExactly(6)), 'before');
    // Who closes with unread bytes resets.
    source[1].transport.pauseReading();
    left[1].write(Buffer.alloc(1_000_000));
    await sleep(20);
    source[1].transport.abort();
    await assert.rejects(relaying, (error: unknown) => {
      assert.ok(error instanceof RelayError);
      assert.deepEqual([error.side, error.bytes], ['reader', 6]);
      assert.equal((error.cause as { code?: unknown }).code, 'ECONNRESET');
      return true;
    });
    right[1].write(Buffer.from(' and after'));
    right[1].writeEof();
    assert.equal(String(await sink[0].read()), ' and after', 'the writer is still good');
  });
});

onBackends('relay: into a connection that is reset', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
    const relaying = createTask(() => relay(left[0], right[1]));
    const pushing = createTask(async () => {
      for (;;) {
        source[1].write(content(100_000));
        await source[1].drain();
        await sleep(0);
      }
    });
    await sleep(20);
    sink[1].transport.abort();
    await assert.rejects(
      relaying,
      (error: unknown) => error instanceof RelayError && error.side === 'writer',
    );
    pushing.cancel();
    await pushing.catch(() => {});
  });
});

onBackends(
  'relay: a byte of urgent data is passed over, and does not end it',
  async () => {
    await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
      const progress = { bytes: 0 };
      const relaying = createTask(() => relay(left[0], right[1], { progress }));
      source[1].write(Buffer.from('before '));
      assert.equal(String(await sink[0].readExactly(7)), 'before ');
      const socket = source[1].getExtraInfo('socket') as Socket;
      assert.equal(libc().send(socket.fileno(), Buffer.from('!'), 1, MSG_OOB), 1);
      await sleep(5);
      source[1].write(Buffer.from('after'));
      source[1].writeEof();
      assert.equal(String(await sink[0].read()), 'after');
      assert.equal(await relaying, 'before after'.length);
    });
  },
  { only: 'selector' },
);

onBackends('relay: refuses what is no reader or writer', async () => {
  const reader = new StreamReader();
  await assert.rejects(relay(reader, undefined as never), InvalidArgumentError);
  await assert.rejects(relay({} as never, {} as never), InvalidArgumentError);
});

test(
  'relay: a loop that is closed in the middle of one, with bytes in its pipe, leaves nothing open',
  { skip: selectorMissing },
  () => {
    const program = fileURLToPath(new URL('programs/closedLoop.ts', import.meta.url));
    const { stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    assert.equal(stderr, '');
    const { before, after, waiting } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual({ after, waiting }, { after: before, waiting: true });
  },
);

onBackends(
  'relay: a pause of the program’s stands through a relay and behind it',
  async () => {
    await withChain(
      'TCP',
      'TCP',
      async ({ source, left, right, sink }) => {
        const all = content(20_000_000);
        const { transport } = left[1];
        const relaying = createTask(() => relay(left[0], right[1]));
        source[1].write(all);
        while (right[1].transport.getWriteBufferSize() === 0) await sleep(1);
        transport.pauseReading();
        const before = Buffer.concat([await sink[0].read(500_000)]);
        let got = before.length;
        const reading = createTask(async () => {
          for (;;) got += (await sink[0].read(1_000_000)).length;
        });
        while (right[1].transport.getWriteBufferSize() > 0) await sleep(1);
        await sleep(20);
        const paused = got;
        await sleep(20);
        assert.deepEqual([got, transport.isReading()], [paused, false]);
        relaying.cancel();
        await assert.rejects(relaying, isCancelled);
        assert.equal(transport.isReading(), false);
        transport.resumeReading();
        const again = createTask(() => relay(left[0], right[1]));
        while (got < all.length) await sleep(1);
        for (const task of [again, reading]) {
          task.cancel();
          await assert.rejects(task, isCancelled);
        }
      },
      true,
    );
  },
  { only: 'selector' },
);

onBackends(
  'relay: the program resumes the source while the sink is behind: nothing is read all the same',
  async () => {
    await withChain(
      'TCP',
      'TCP',
      async ({ source, left, right, sink }) => {
        const progress = { bytes: 0 };
        const all = content(3_000_000);
        const relaying = createTask(() => relay(left[0], right[1], { progress }));
        source[1].write(all);
        while (right[1].transport.getWriteBufferSize() === 0) await sleep(1);
        left[1].transport.pauseReading();
        left[1].transport.resumeReading();
        const before = progress.bytes;
        await sleep(10);
        assert.ok(progress.bytes - before < 10_000_000);
        source[1].writeEof();
        assert.ok((await sink[0].readExactly(all.length)).equals(all));
        assert.equal(await relaying, all.length);
      },
      true,
    );
  },
  { only: 'selector' },
);

onBackends('relay: what is open on the loop names nothing of the relay’s own', async (loop) => {
  await withChain('TCP', 'TCP', async ({ source, left, right, sink }) => {
    const before = viewLoop(loop).resources().length;
    const relaying = createTask(() => relay(left[0], right[1]));
    source[1].write(Buffer.from('x'));
    await sink[0].readExactly(1);
    assert.equal(viewLoop(loop).resources().length, before);
    relaying.cancel();
    await assert.rejects(relaying, isCancelled);
  });
});

const nothingToCollect =
  ((globalThis as { gc?: () => void }).gc === undefined || 'deno' in process.versions) &&
  'nothing can be collected on demand here';

onBackends(
  'relay: one that is cancelled while the writer is behind leaves nothing of itself',
  async () => {
    await withChain(
      'TCP',
      'TCP',
      async ({ source, left, right }) => {
        const begun: WeakRef<object>[] = [];
        const giveUpOne = async (): Promise<void> => {
          const progress = { bytes: 0 };
          begun.push(new WeakRef(progress));
          const relaying = createTask(() => relay(left[0], right[1], { progress }));
          while (right[1].transport.getWriteBufferSize() === 0) await sleep(1);
          await sleep(1);
          relaying.cancel();
          await assert.rejects(relaying, isCancelled);
        };
        source[1].write(content(20_000_000));
        for (let i = 0; i < 5; i++) await giveUpOne();
        await settledHeap();
        assert.deepEqual(
          begun.map((one) => one.deref()).slice(0, -1),
          Array(4).fill(undefined),
          'all but the last, which the engine may still have at hand',
        );
      },
      true,
    );
  },
  { only: 'selector', skip: nothingToCollect },
);

onBackends('relay: a pause of the program’s stands behind a relay that had nothing to do', async () => {
  await withChain('TCP', 'TCP', async ({ source, left, right }) => {
    const relaying = createTask(() => relay(left[0], right[1]));
    await sleep(0);
    left[1].transport.pauseReading();
    source[1].write(Buffer.from('not read'));
    await sleep(5);
    relaying.cancel();
    await assert.rejects(relaying, isCancelled);
    assert.equal(left[1].transport.isReading(), false);
    left[1].transport.resumeReading();
    assert.equal(String(await left[0].readExactly(8)), 'not read');
  });
});
