// The transport that reads a pipe.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { ContextVar, newEventLoop, sleep } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { InvalidArgumentError } from '../../../src/base/errors.ts';
import { PermissionError } from '../../../src/base/osError.ts';
import { connectReadPipe } from '../../../src/pipes/connectPipe.ts';
import type { Pipe } from '../../../src/pipes/pipeEnd.ts';
import type { ReadTransport } from '../../../src/transport/transport.ts';
import { socketpair } from '../../../src/net/socket/socketPair.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { DataWitness } from '../../net/contract/witness.ts';
import { selectorMissing } from '../../net/backends.ts';
import { onBackends } from '../../net/onBackends.ts';
import { unobserved } from '../../unobserved.ts';
import { closeFd, isOpen, openPipe, writeText } from '../../net/pipes/pair.ts';

const only = { only: 'selector' } as const;

async function reading(
  loop: EventLoop,
  witness: DataWitness = new DataWitness(),
  pipe?: Pipe,
): Promise<{ witness: DataWitness; transport: ReadTransport; read: number; write: number }> {
  const [read, write] = openPipe();
  const [transport, protocol] = await connectReadPipe(loop, () => witness, pipe ?? read);
  assert.equal(protocol, witness);
  assert.equal(witness.transport, transport);
  assert.equal(witness.story, 'made');
  return { witness, transport, read, write };
}

onBackends(
  'bytes come as they are written, then the end, then the loss; the pipe is closed',
  async (loop) => {
    const { witness, transport, read, write } = await reading(loop);
    writeText(write, '1');
    await witness.bytes(1);
    writeText(write, '2345');
    assert.equal(String(await witness.bytes(5)), '12345');
    closeFd(write);
    assert.equal(await witness.loss(), undefined);
    assert.equal(witness.story, 'made data eof lost');
    assert.equal(transport.isClosing(), true);
    assert.equal(isOpen(read), false);
    assert.equal(transport.getExtraInfo('pipe'), read);
    assert.equal(transport.getProtocol(), undefined);
    assert.match(inspect(transport), /ReadPipeTransport fd=\d+ closed/);
  },
  only,
);

onBackends(
  'nothing is read while it is paused; pausing and resuming may be repeated',
  async (loop) => {
    const { witness, transport, write } = await reading(loop);
    transport.resumeReading();
    transport.pauseReading();
    transport.pauseReading();
    assert.equal(transport.isReading(), false);
    writeText(write, 'held');
    await sleep(5);
    assert.equal(witness.size, 0);
    transport.resumeReading();
    transport.resumeReading();
    assert.equal(transport.isReading(), true);
    assert.equal(String(await witness.bytes(4)), 'held');
    closeFd(write);
    await witness.loss();
  },
  only,
);

onBackends(
  'paused in connectionMade it does not begin to read',
  async (loop) => {
    const witness: DataWitness = new DataWitness({ made: (transport) => transport.pauseReading() });
    const { transport, write } = await reading(loop, witness);
    writeText(write, 'x');
    await sleep(5);
    assert.equal(witness.size, 0);
    transport.resumeReading();
    await witness.bytes(1);
    closeFd(write);
    await witness.loss();
  },
  only,
);

onBackends(
  'close: the loss comes later, once; afterwards pausing and resuming do nothing',
  async (loop) => {
    const { witness, transport, read, write } = await reading(loop);
    transport.close();
    transport.close();
    assert.equal(transport.isClosing(), true);
    assert.equal(transport.isReading(), false);
    assert.equal(witness.lost, false);
    writeText(write, 'unread');
    assert.equal(await witness.loss(), undefined);
    assert.equal(witness.story, 'made lost');
    assert.equal(isOpen(read), false);
    transport.pauseReading();
    transport.resumeReading();
    transport.close();
    closeFd(write);
  },
  only,
);

onBackends(
  'what eofReceived throws is reported as the protocol’s, in its context, and the pipe is closed',
  async (loop) => {
    expectReport(/protocol\.eofReceived\(\) failed/);
    const where = new ContextVar('where', { default: 'outside' });
    where.set('made here');
    let seen = '';
    const witness = new DataWitness({
      eof: () => {
        seen = where.get();
        throw new Error('no end wanted');
      },
    });
    const { write } = await reading(loop, witness);
    where.set('elsewhere');
    closeFd(write);
    assert.equal(await witness.loss(), undefined);
    assert.equal(seen, 'made here');
  },
  only,
);

onBackends(
  'what dataReceived throws is reported, and reading goes on',
  async (loop) => {
    expectReport(/protocol\.dataReceived\(\) failed/);
    const witness = new DataWitness({
      data: (chunk) => {
        if (String(chunk) === 'bad') throw new Error('cannot take it');
      },
    });
    const { write } = await reading(loop, witness);
    writeText(write, 'bad');
    await witness.bytes(3);
    writeText(write, 'good');
    assert.equal(String(await witness.bytes(7)), 'badgood');
    closeFd(write);
    await witness.loss();
  },
  only,
);

onBackends(
  'an event that comes to nothing is nothing',
  async (loop) => {
    const { witness, transport, write } = await reading(loop);
    (transport as unknown as { _readable(): void })._readable();
    assert.equal(witness.story, 'made');
    closeFd(write);
    await witness.loss();
  },
  only,
);

onBackends(
  'a failing read is reported and ends it with the error',
  async (loop) => {
    expectReport(/Fatal read error on pipe transport/);
    const [read, write] = openPipe();
    const witness = new DataWitness();
    // The wrong end: reading it is EBADF.
    const [transport] = await connectReadPipe(loop, () => witness, {
      fd: write,
      close: () => closeFd(write),
    });
    (transport as unknown as { _readable(): void })._readable();
    assert.equal(transport.isClosing(), true);
    const error = await witness.loss();
    assert.equal((error as { code?: string }).code, 'EBADF');
    assert.equal(isOpen(write), false);
    assert.equal(transport.getProtocol(), undefined);
    closeFd(read);
  },
  only,
);

onBackends(
  'a regular file is refused, and a number that is no descriptor',
  async (loop) => {
    const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-'));
    const path = join(folder, 'file');
    writeFileSync(path, 'text');
    const fd = openSync(path, 'r');
    await assert.rejects(
      connectReadPipe(loop, () => new DataWitness(), fd),
      (error) => error instanceof InvalidArgumentError && /pipes, sockets/.test(error.message),
    );
    assert.equal(isOpen(fd), true);
    closeFd(fd);
    rmSync(folder, { recursive: true });
    await assert.rejects(
      connectReadPipe(loop, () => new DataWitness(), -1),
      InvalidArgumentError,
    );
    await assert.rejects(
      connectReadPipe(loop, () => new DataWitness(), {} as never),
      InvalidArgumentError,
    );
    await assert.rejects(
      connectReadPipe(loop, () => new DataWitness(), 9999),
      { code: 'EBADF' },
    );
  },
  only,
);

onBackends(
  'a pipe may be a socket, an object with fd or fileno(), or a file handle; it is closed through that',
  async (loop) => {
    const [ours, peer] = socketpair();
    const witness = new DataWitness();
    await connectReadPipe(loop, () => witness, ours);
    peer.send(Buffer.from('socket'));
    assert.equal(String(await witness.bytes(6)), 'socket');
    peer.close();
    await witness.loss();
    assert.equal(ours.closed, true);

    const [read, write] = openPipe();
    const handle = await open(`/proc/self/fd/${read}`, 'r');
    closeFd(read);
    const second = new DataWitness();
    const [transport] = await connectReadPipe(loop, () => second, handle);
    assert.equal(transport.getExtraInfo('pipe'), handle);
    writeText(write, 'handle');
    await second.bytes(6);
    closeFd(write);
    await second.loss();
    assert.equal(handle.fd, -1);
  },
  only,
);

test(
  'a transport outlives a loop that is closed, and can still be described',
  { skip: selectorMissing },
  async (context) => {
    unobserved(context);
    const loop = newEventLoop({ backend: 'selector' });
    const { transport, read, write } = await loop.runUntilComplete(() => reading(loop));
    assert.match(inspect(transport), /open/);
    loop.close();
    // In CPython it stays open until somebody collects it.
    assert.match(inspect(transport), /closed/);
    assert.equal(isOpen(read), false);
    closeFd(write);
  },
);

onBackends(
  'a device that cannot be waited for is the loss, with the error',
  async (loop) => {
    const witness = new DataWitness();
    await connectReadPipe(loop, () => witness, openSync('/dev/null', 'r'));
    assert.ok((await witness.loss()) instanceof PermissionError);
  },
  only,
);

onBackends('a stream of the host can be read as a pipe', async (loop) => {
  const { PassThrough } = await import('node:stream');
  const stream = new PassThrough();
  const witness = new DataWitness();
  const [transport] = await connectReadPipe(loop, () => witness, stream);
  stream.write('one');
  assert.equal(String(await witness.bytes(3)), 'one');
  transport.pauseReading();
  stream.write('two');
  await sleep(2);
  assert.equal(witness.size, 3);
  transport.resumeReading();
  await witness.bytes(6);
  stream.end();
  assert.equal(await witness.loss(), undefined);
  assert.equal(witness.story, 'made data eof lost');
  assert.equal(stream.destroyed, true);
});
