// sendfile over a socket of the caller's.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createTask, sleep } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { isCancelled } from '../../../src/base/cancelled.ts';
import { InvalidArgumentError } from '../../../src/base/errors.ts';
import { ConnectionError, OSError } from '../../../src/base/osError.ts';
import { descriptorsOf } from '../../../src/loop/network.ts';
import { nativeSend } from '../../../src/net/sendfile/nativeSend.ts';
import { SendfileNotAvailableError } from '../../../src/net/sendfile/sendfileNotAvailableError.ts';
import { SentFile } from '../../../src/net/sendfile/sentFile.ts';
import { sendByChunks, sockSendfile } from '../../../src/net/sendfile/sockSendfile.ts';
import { Socket } from '../../../src/net/socket/socket.ts';
import { socketpair } from '../../../src/net/socket/socketPair.ts';
import { sockRecv } from '../../../src/net/socket/sockRead.ts';
import { sockSendall } from '../../../src/net/socket/sockWrite.ts';
import { AF_INET, SO_SNDBUF, SOCK_DGRAM, SOL_SOCKET } from '../../../src/sys/libc/socketConstants.ts';
import { onBackends } from '../../net/onBackends.ts';
import { closeFd, openPipe, writeText } from '../../net/pipes/pair.ts';
import { DATA, placeOf, withFile } from '../../net/sendfile/files.ts';

const only = { only: 'selector' } as const;

function pair(): [Socket, Socket] {
  const both = socketpair();
  both[0].setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
  return both;
}

async function receiveAll(loop: EventLoop, sock: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (;;) {
    const piece = await sockRecv(loop, sock, 65_536);
    if (piece.length === 0) return Buffer.concat(pieces);
    pieces.push(piece);
  }
}

onBackends(
  'a whole file, a part, from an offset, between other bytes',
  (loop) =>
    withFile(DATA, async (file) => {
      const [ours, peer] = pair();
      const all = createTask(() => receiveAll(loop, peer));
      const mixed = Buffer.alloc(65_536, 'mix');
      await sockSendall(loop, ours, mixed);
      assert.equal(await sockSendfile(loop, ours, file), DATA.length);
      assert.equal(placeOf(file), DATA.length);
      await sockSendall(loop, ours, mixed);
      assert.equal(await sockSendfile(loop, ours, file, { offset: 1000, count: 2000 }), 2000);
      assert.equal(placeOf(file), 3000);
      assert.equal(await sockSendfile(loop, ours, file, { offset: DATA.length - 3 }), 3);
      assert.equal(await sockSendfile(loop, ours, file, { offset: DATA.length }), 0);
      ours.close();
      const expected = [mixed, DATA, mixed, DATA.subarray(1000, 3000), DATA.subarray(-3)];
      assert.ok((await all).equals(Buffer.concat(expected)));
      peer.close();
    }),
  only,
);

onBackends(
  'an empty file is nothing',
  (loop) =>
    withFile(new Uint8Array(0), async (file) => {
      const [ours, peer] = pair();
      assert.equal(await sockSendfile(loop, ours, file), 0);
      ours.close();
      peer.close();
    }),
  only,
);

onBackends(
  'what is no regular file is sent by reading and writing, unless that is ruled out',
  async (loop) => {
    const [ours, peer] = pair();
    const [read, write] = openPipe();
    writeText(write, 'piped');
    closeFd(write);
    await assert.rejects(sockSendfile(loop, ours, read, { fallback: false }), SendfileNotAvailableError);
    assert.equal(await sockSendfile(loop, ours, read), 5);
    assert.equal(String(await sockRecv(loop, peer, 10)), 'piped');
    closeFd(read);
    ours.close();
    peer.close();
  },
  only,
);

onBackends(
  'only stream sockets can send files, and offset and count are whole numbers',
  (loop) =>
    withFile(DATA, async (file) => {
      const datagrams = new Socket(AF_INET, SOCK_DGRAM);
      await assert.rejects(sockSendfile(loop, datagrams, file), InvalidArgumentError);
      await assert.rejects(sockSendfile(loop, {} as never, file), InvalidArgumentError);
      datagrams.close();
      const [ours, peer] = pair();
      await assert.rejects(sockSendfile(loop, ours, {} as never), InvalidArgumentError);
      for (const wrong of [
        { count: -1 },
        { count: 'count' },
        { offset: -1 },
        { offset: 'offset' },
        { offset: 0.5 },
      ]) {
        await assert.rejects(sockSendfile(loop, ours, file, wrong as never), InvalidArgumentError);
      }
      assert.equal(placeOf(file), 0);
      ours.close();
      peer.close();
    }),
  only,
);

onBackends(
  'a cancel leaves nothing in the loop, and the file behind what has gone',
  (loop) =>
    withFile(DATA, async (file) => {
      const [ours, peer] = pair();
      const sending = createTask(() => sockSendfile(loop, ours, file));
      await sleep(5);
      assert.notEqual(descriptorsOf(loop).writerOf(ours.fileno()), undefined);
      sending.cancel();
      await assert.rejects(sending, isCancelled);
      assert.equal(descriptorsOf(loop).writerOf(ours.fileno()), undefined);
      const place = placeOf(file) as number;
      assert.ok(place > 0 && place < DATA.length);
      ours.close();
      const received = await receiveAll(loop, peer);
      assert.ok(received.equals(DATA.subarray(0, place)));
      peer.close();
    }),
  only,
);

onBackends(
  'cancelled before it begins it sends nothing',
  (loop) =>
    withFile(DATA, async (file) => {
      const [ours, peer] = pair();
      const sending = createTask(() => sockSendfile(loop, ours, file));
      sending.cancel();
      await assert.rejects(sending, isCancelled);
      assert.equal(placeOf(file), 0);
      ours.close();
      peer.close();
    }),
  only,
);

onBackends(
  'an error at the first call asks for the fallback, a later one is the error',
  (loop) =>
    withFile(DATA, async (file, path) => {
      const { openSync } = await import('node:fs');
      const [ours, peer] = pair();
      // A file that cannot be read: EBADF at the first call.
      const fd = openSync(path, 'a');
      await assert.rejects(nativeSend(loop, ours, new SentFile(fd, {})), SendfileNotAvailableError);
      await assert.rejects(sockSendfile(loop, ours, fd), OSError);
      closeFd(fd);
      const sending = createTask(() => sockSendfile(loop, ours, file));
      await sleep(5);
      peer.close();
      await assert.rejects(sending, ConnectionError);
      assert.equal(descriptorsOf(loop).writerOf(ours.fileno()), undefined);
      assert.ok((placeOf(file) as number) > 0);
      ours.close();
    }),
  only,
);

onBackends(
  'a socket that is closed meanwhile is a ConnectionError',
  (loop) =>
    withFile(DATA, async (file) => {
      const [ours, peer] = pair();
      const sending = createTask(() => sockSendfile(loop, ours, file));
      await sleep(5);
      ours.close();
      await assert.rejects(sending, ConnectionError);
      peer.close();
    }),
  only,
);

onBackends(
  'the fallback keeps to offset, count and place as well',
  (loop) =>
    withFile(DATA, async (file) => {
      const [ours, peer] = pair();
      const all = createTask(() => receiveAll(loop, peer));
      assert.equal(await sendByChunks(loop, ours, new SentFile(file, { offset: 1000, count: 2000 })), 2000);
      assert.equal(placeOf(file), 3000);
      assert.equal(await sendByChunks(loop, ours, new SentFile(file, { offset: DATA.length })), 0);
      assert.equal(await sendByChunks(loop, ours, new SentFile(file, {})), DATA.length);
      assert.equal(placeOf(file), DATA.length);
      ours.close();
      assert.ok((await all).equals(Buffer.concat([DATA.subarray(1000, 3000), DATA])));
      peer.close();
    }),
  only,
);

onBackends(
  'offset and place of a small file, to its last byte',
  async (loop) => {
    for (const offset of [0, 3, 6]) {
      await withFile(Buffer.from('abcdef'), async (file) => {
        const [ours, peer] = pair();
        assert.equal(await sockSendfile(loop, ours, file, { offset }), 6 - offset);
        assert.equal(placeOf(file), 6);
        ours.close();
        assert.equal(String(await receiveAll(loop, peer)), 'abcdef'.slice(offset));
        peer.close();
      });
    }
  },
  only,
);
