// Pipes on the host backend: descriptors (where the host reads those without a thread), regular files, and a
// child's streams, which are pipes on any backend.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { constants, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { InvalidArgumentError } from '../../../src/base/errors.ts';
import { BrokenPipeError } from '../../../src/base/osError.ts';
import { connectReadPipe, connectWritePipe } from '../../../src/pipes/connectPipe.ts';
import { onBun, onDeno } from '../../commandLine.ts';
import { DataWitness } from '../contract/witness.ts';
import { onBackends } from '../onBackends.ts';
import { arrivals } from '../arrivals.ts';

const nodeOnly = (onBun || onDeno) && 'this host reads descriptors by threads';

/** Runs `body` with both ends of a named pipe. */
async function withFifo(body: (read: number, write: number) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-'));
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    await body(read, write);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

onBackends(
  'both ends of a named pipe: bytes, pauses, the end',
  (loop) =>
    withFifo(async (read, write) => {
      const reader = new DataWitness();
      const writer = new DataWitness();
      const [input] = await connectReadPipe(loop, () => reader, read);
      const [output] = await connectWritePipe(loop, () => writer, write);
      input.pauseReading();
      output.write(Buffer.alloc(300_000, 'a'));
      assert.equal(writer.count('pause'), 1);
      assert.ok(output.getWriteBufferSize() > 0);
      await arrivals();
      assert.equal(reader.size, 0);
      input.resumeReading();
      await reader.bytes(300_000);
      await writer.until(() => writer.count('resume') === 1);
      output.writelines([Buffer.from('x'), Buffer.from('y')]);
      output.writeEof();
      assert.equal(await writer.loss(), undefined);
      assert.equal(await reader.loss(), undefined);
      assert.equal(String(reader.received.subarray(-3)), 'axy');
      assert.equal(reader.story, 'made data eof lost');
      assert.equal(writer.story, 'made pause resume lost');
      assert.match(inspect(input), /<ReadPipeTransport .*closed>/);
      assert.match(inspect(output), /<WritePipeTransport .*closed/);
    }),
  { skip: nodeOnly },
);

onBackends(
  'a reader that goes is a BrokenPipeError for who writes',
  (loop) =>
    withFifo(async (read, write) => {
      const reader = new DataWitness();
      const writer = new DataWitness();
      const [input] = await connectReadPipe(loop, () => reader, read);
      const [output] = await connectWritePipe(loop, () => writer, write);
      input.close();
      await reader.loss();
      assert.equal(reader.story, 'made lost');
      output.write(Buffer.from('nobody reads'));
      const error = await writer.loss();
      assert.ok(error === undefined || error instanceof BrokenPipeError, String(error));
      assert.equal(output.isClosing(), true);
    }),
  { skip: nodeOnly },
);

onBackends('a regular file is refused', async (loop) => {
  const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-'));
  writeFileSync(join(folder, 'file'), 'text');
  const { open } = await import('node:fs/promises');
  const file = await open(join(folder, 'file'), 'r+');
  await assert.rejects(
    connectReadPipe(loop, () => new DataWitness(), file),
    InvalidArgumentError,
  );
  await assert.rejects(
    connectWritePipe(loop, () => new DataWitness(), file),
    InvalidArgumentError,
  );
  await file.close();
  rmSync(folder, { recursive: true });
});

onBackends('a child is talked to by its own streams', async (loop) => {
  const child = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
  const reader = new DataWitness();
  const writer = new DataWitness();
  await connectReadPipe(loop, () => reader, child.stdout);
  const [output] = await connectWritePipe(loop, () => writer, child.stdin);
  output.write(Buffer.from('there and '));
  output.write(Buffer.from('back'));
  assert.equal(String(await reader.bytes(14)), 'there and back');
  output.close();
  assert.equal(await reader.loss(), undefined);
  assert.equal(await writer.loss(), undefined);
  await new Promise<void>((resolve) => {
    if (child.exitCode === null) child.once('exit', () => resolve());
    else resolve();
  });
});
