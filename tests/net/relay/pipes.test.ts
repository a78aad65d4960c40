// relay with a pipe on one side: there is no splice and no half-close of a kind, and every byte goes through all the same.

import '../../harness.ts';
import assert from 'node:assert/strict';
import {
  createTask,
  isCancelled,
  relay,
  RelayError,
  sleep,
  StreamReader,
  StreamReaderProtocol,
  StreamWriter,
  taskGroup,
} from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { selectorMissing } from '../backends.ts';
import { links } from '../fuzz/links.ts';
import { onBackends } from '../onBackends.ts';
import { openPipe } from '../pipes/pair.ts';
import { content } from './chain.ts';

const options = { skip: selectorMissing, timeout: 30_000 } as const;

/** A stream through a pipe: what is written to the writer comes to the reader. */
async function pipeStream(loop: EventLoop): Promise<[reader: StreamReader, writer: StreamWriter]> {
  const [read, write] = openPipe();
  const reader = new StreamReader();
  await loop.connectReadPipe(() => new StreamReaderProtocol(reader), read);
  const [transport, protocol] = await loop.connectWritePipe(
    () => new StreamReaderProtocol(new StreamReader()),
    write,
  );
  return [reader, new StreamWriter(transport, protocol, undefined)];
}

for (const kind of ['TCP', 'TLS', 'Unix']) {
  onBackends(
    `relay: from a pipe to a connection and from there into a pipe, ${kind}`,
    async (loop) => {
      const all = content(2_000_000);
      const [first, toFirst] = await pipeStream(loop);
      const [last, toLast] = await pipeStream(loop);
      await links[kind]!([65_536, 65_536], async ([, writer], [reader, peer]) => {
        await taskGroup((group) => {
          void group.createTask(async () => {
            for (let at = 0; at < all.length; at += 50_000) {
              toFirst.write(all.subarray(at, at + 50_000));
              await toFirst.drain();
            }
            toFirst.close();
          });
          void group.createTask(async () => {
            assert.equal(await relay(first, writer), all.length);
            // TLS has no half to end.
            writer.close();
          });
          void group.createTask(async () => assert.equal(await relay(reader, toLast), all.length));
          void group.createTask(async () => assert.ok((await last.read()).equals(all)));
        });
        peer.close();
        await Promise.allSettled([writer.waitClosed(), peer.waitClosed()]);
      });
    },
    options,
  );
}

onBackends(
  'relay: a pipe whose reader goes away is the writer’s fault, and nothing of the source is lost',
  async (loop) => {
    const [first, toFirst] = await pipeStream(loop);
    const [last, toLast] = await pipeStream(loop);
    const relaying = createTask(() => relay(first, toLast));
    toFirst.write(Buffer.from('there'));
    assert.equal(String(await last.readExactly(5)), 'there');
    await last[Symbol.asyncDispose]();
    await assert.rejects(relaying, (error: unknown) => {
      assert.ok(error instanceof RelayError);
      assert.deepEqual([error.side, error.bytes], ['writer', 5]);
      return true;
    });
    toFirst.write(Buffer.from('still here'));
    assert.equal(String(await first.readExactly(10)), 'still here');
    toFirst.close();
    await first.read();
  },
  // The host learns of it by the next write only.
  { ...options, only: 'selector' },
);

onBackends(
  'relay: a cancel between pipes, before it starts, while it waits and while it moves',
  async (loop) => {
    const [first, toFirst] = await pipeStream(loop);
    const [last, toLast] = await pipeStream(loop);
    const progress = { bytes: 0 };
    for (const text of [undefined, '', 'some', 'more']) {
      const relaying = createTask(() => relay(first, toLast, { progress }));
      if (text !== undefined) await sleep(1);
      if (text !== undefined && text !== '') {
        toFirst.write(Buffer.from(text));
        assert.equal(String(await last.readExactly(4)), text);
      }
      relaying.cancel();
      await assert.rejects(relaying, isCancelled);
    }
    assert.equal(progress.bytes, 8);
    toFirst.write(Buffer.from('rest'));
    toFirst.close();
    assert.equal(await relay(first, toLast), 4);
    assert.equal(String(await last.read()), 'rest');
  },
  options,
);
