// The transport that writes to a pipe.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { EventLoop } from '../../../src/asyncio.ts';
import { InvalidArgumentError } from '../../../src/base/errors.ts';
import { BrokenPipeError } from '../../../src/base/osError.ts';
import { connectWritePipe } from '../../../src/pipes/connectPipe.ts';
import { socketpair } from '../../../src/net/socket/socketPair.ts';
import type { WriteTransport } from '../../../src/transport/transport.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { DataWitness } from '../../net/contract/witness.ts';
import { onBackends } from '../../net/onBackends.ts';
import { closeFd, isOpen, openPipe, readAll, readSome } from '../../net/pipes/pair.ts';

const only = { only: 'selector' } as const;

interface Writing {
  readonly witness: DataWitness;
  readonly transport: WriteTransport;
  readonly read: number;
  readonly write: number;
}

async function writing(loop: EventLoop, witness: DataWitness = new DataWitness()): Promise<Writing> {
  const [read, write] = openPipe();
  const [transport, protocol] = await connectWritePipe(loop, () => witness, write);
  assert.equal(protocol, witness);
  assert.equal(witness.story, 'made');
  return { witness, transport, read, write };
}

onBackends(
  'a write is there at once; close comes after it and closes the pipe',
  async (loop) => {
    const { witness, transport, read, write } = await writing(loop);
    transport.write(Buffer.from('1'));
    assert.equal(readSome(read), '1');
    transport.write(new Uint8Array(0));
    transport.writelines([Buffer.from('23'), Buffer.from('45')]);
    assert.equal(readSome(read), '2345');
    assert.equal(transport.getWriteBufferSize(), 0);
    assert.equal(transport.canWriteEof(), true);
    transport.close();
    transport.close();
    assert.equal(witness.lost, false);
    assert.equal(await witness.loss(), undefined);
    assert.equal(readSome(read), '');
    assert.equal(isOpen(write), false);
    assert.equal(transport.getProtocol(), undefined);
    assert.equal(transport.getExtraInfo('pipe'), write);
    assert.match(inspect(transport), /WritePipeTransport fd=\d+ closed/);
    closeFd(read);
  },
  only,
);

onBackends(
  'what the pipe does not take waits, with pauseWriting and resumeWriting; nothing is lost',
  async (loop) => {
    const { witness, transport, read } = await writing(loop);
    const size = 300_000;
    transport.write(Buffer.alloc(size, 'a'));
    const waiting = transport.getWriteBufferSize();
    assert.ok(waiting > 0 && waiting < size);
    transport.write(Buffer.from('end'));
    assert.equal(transport.getWriteBufferSize(), waiting + 3);
    assert.deepEqual(witness.calls, ['made', 'pause']);
    transport.writeEof();
    transport.write(Buffer.from('dropped'));
    assert.equal(transport.isClosing(), true);
    const all = await readAll(read);
    assert.equal(all.length, size + 3);
    assert.ok(all.endsWith('aaend'));
    assert.equal(await witness.loss(), undefined);
    assert.deepEqual(witness.calls, ['made', 'pause', 'resume', 'lost']);
    closeFd(read);
  },
  only,
);

onBackends(
  'writeEof with nothing that waits closes the pipe, as close does',
  async (loop) => {
    const { witness, transport, read, write } = await writing(loop);
    transport.writeEof();
    assert.equal(transport.isClosing(), true);
    assert.equal(witness.lost, false);
    transport.writeEof();
    transport.close();
    assert.equal(await witness.loss(), undefined);
    assert.equal(readSome(read), '');
    assert.equal(isOpen(write), false);
    closeFd(read);
  },
  only,
);

onBackends(
  'the marks can be set, and only in order',
  async (loop) => {
    const { witness, transport, read } = await writing(loop);
    transport.setWriteBufferLimits({ high: 1000 });
    assert.deepEqual(transport.getWriteBufferLimits(), { low: 250, high: 1000 });
    assert.throws(() => transport.setWriteBufferLimits({ high: 1, low: 2 }), InvalidArgumentError);
    transport.write(Buffer.alloc(66_000));
    assert.equal(witness.count('pause'), transport.getWriteBufferSize() > 1000 ? 1 : 0);
    transport.setWriteBufferLimits({ high: 0 });
    assert.equal(witness.count('pause'), 1);
    transport.abort();
    await witness.loss();
    closeFd(read);
  },
  only,
);

onBackends(
  'abort throws away what waits',
  async (loop) => {
    const { witness, transport, read } = await writing(loop);
    transport.write(Buffer.alloc(200_000));
    const taken = 200_000 - transport.getWriteBufferSize();
    transport.abort();
    transport.abort();
    assert.equal(transport.isClosing(), true);
    assert.equal(transport.getWriteBufferSize(), 0);
    assert.equal(await witness.loss(), undefined);
    assert.equal((await readAll(read)).length, taken);
    closeFd(read);
  },
  only,
);

onBackends(
  'a reader that goes is noticed without a write',
  async (loop) => {
    const { witness, transport, read, write } = await writing(loop);
    closeFd(read);
    assert.equal(await witness.loss(), undefined);
    assert.equal(transport.isClosing(), true);
    assert.equal(isOpen(write), false);
  },
  only,
);

onBackends(
  'a reader that goes while something waits is a BrokenPipeError',
  async (loop) => {
    const { witness, transport, read } = await writing(loop);
    transport.write(Buffer.alloc(200_000));
    closeFd(read);
    assert.ok((await witness.loss()) instanceof BrokenPipeError);
    assert.equal(transport.isClosing(), true);
    assert.equal(transport.getWriteBufferSize(), 0);
    assert.equal(transport.getProtocol(), undefined);
  },
  only,
);

onBackends(
  'a write after the reader went is a BrokenPipeError; more of them are reported from the fifth on',
  async (loop) => {
    expectReport(/closed pipe/);
    const { witness, transport, read } = await writing(loop);
    closeFd(read);
    transport.write(Buffer.from('nobody reads'));
    assert.equal(transport.isClosing(), true);
    for (let count = 0; count < 6; count++) transport.write(Buffer.from('x'));
    assert.ok((await witness.loss()) instanceof BrokenPipeError);
  },
  only,
);

onBackends(
  'only bytes can be written',
  async (loop) => {
    const { witness, transport, read } = await writing(loop);
    assert.throws(() => transport.write('text' as never), TypeError);
    assert.throws(() => transport.writelines([Buffer.from('a'), 'b' as never]), TypeError);
    transport.close();
    await witness.loss();
    assert.equal(readSome(read), '');
    closeFd(read);
  },
  only,
);

onBackends(
  'a socket as a pipe: its peer’s end is noticed',
  async (loop) => {
    const [ours, peer] = socketpair();
    const witness = new DataWitness();
    const [transport] = await connectWritePipe(loop, () => witness, ours);
    transport.write(Buffer.from('1'));
    assert.equal(String(peer.recv(10)), '1');
    peer.close();
    await witness.loss();
    assert.equal(ours.closed, true);
  },
  only,
);

onBackends(
  'a character device can be written to, a regular file is refused',
  async (loop) => {
    const witness = new DataWitness();
    const [transport] = await connectWritePipe(loop, () => witness, openSync('/dev/null', 'w'));
    transport.write(Buffer.from('gone'));
    transport.close();
    await witness.loss();
    const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-'));
    const fd = openSync(join(folder, 'file'), 'w');
    await assert.rejects(
      connectWritePipe(loop, () => new DataWitness(), fd),
      InvalidArgumentError,
    );
    closeSync(fd);
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), '');
    rmSync(folder, { recursive: true });
  },
  only,
);

onBackends('a stream of the host can be written to as a pipe', async (loop) => {
  const { PassThrough } = await import('node:stream');
  const stream = new PassThrough({ highWaterMark: 1000 });
  const witness = new DataWitness();
  const [transport] = await connectWritePipe(loop, () => witness, stream);
  transport.setWriteBufferLimits({ high: 10_000 });
  transport.write(Buffer.alloc(1000, 'a'));
  transport.write(Buffer.alloc(20_000, 'b'));
  assert.equal(witness.count('pause'), 1);
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  await witness.until(() => witness.count('resume') === 1);
  transport.write(Buffer.from('end'));
  transport.close();
  assert.equal(await witness.loss(), undefined);
  assert.equal(Buffer.concat(pieces).length, 21_003);
});

onBackends('a stream of the host that fails is the loss, with its error', async (loop) => {
  const { Writable } = await import('node:stream');
  const failure = new Error('disk on fire');
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(failure) });
  const witness = new DataWitness();
  const [transport] = await connectWritePipe(loop, () => witness, stream);
  transport.write(Buffer.from('x'));
  assert.equal(await witness.loss(), failure);
});
