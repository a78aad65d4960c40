// FileInput and FileOutput: standard streams that are files, with protocols that throw.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileInput } from '../../../src/pipes/stdio/fileInput.ts';
import { FileOutput } from '../../../src/pipes/stdio/fileOutput.ts';
import { expectReport } from '../../../src/testing/testing.ts';
import { DataWitness } from '../contract/witness.ts';
import { onBackends } from '../onBackends.ts';

/** A file of this many bytes, opened. */
async function withFile(
  size: number,
  flags: string,
  body: (fd: number, path: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-'));
  const path = join(folder, 'file');
  writeFileSync(path, Buffer.alloc(size, 'x'));
  const fd = openSync(path, flags);
  try {
    await body(fd, path);
  } finally {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  }
}

onBackends('FileInput: what dataReceived throws is reported, and the rest is handed over', (loop) =>
  withFile(200_000, 'r', async (fd) => {
    expectReport('protocol.dataReceived() failed');
    const witness = new DataWitness({
      data: () => {
        if (witness.pieces.length === 1) throw new Error('cannot take it');
      },
    });
    new FileInput(loop, fd, witness);
    assert.equal(await witness.loss(), undefined);
    assert.equal(witness.size, 200_000);
    assert.equal(witness.story, 'made data eof lost');
  }),
);

onBackends('FileInput: what eofReceived throws is reported, and the loss follows', (loop) =>
  withFile(3, 'r', async (fd) => {
    expectReport('protocol.eofReceived() failed');
    const witness = new DataWitness({
      eof: () => {
        throw new Error('no end');
      },
    });
    new FileInput(loop, fd, witness);
    assert.equal(await witness.loss(), undefined);
    assert.equal(witness.story, 'made data eof lost');
  }),
);

onBackends('FileOutput: a file that can’t be written is the loss, with the error', (loop) =>
  withFile(0, 'r', async (fd) => {
    const witness = new DataWitness();
    const output = new FileOutput(loop, fd, witness);
    await witness.until(() => witness.calls.length > 0);
    output.write(Buffer.from('x'));
    output.write(Buffer.from('y'));
    assert.equal(output.isClosing(), true);
    assert.equal(((await witness.loss()) as NodeJS.ErrnoException).code, 'EBADF');
    assert.equal(witness.story, 'made lost');
    assert.equal(output.getProtocol(), undefined);
  }),
);

onBackends('FileOutput: bytes are in the file at once; close and writeEof end it', (loop) =>
  withFile(0, 'w', async (fd, path) => {
    const witness = new DataWitness();
    const output = new FileOutput(loop, fd, witness);
    output.setWriteBufferLimits({ high: 0 });
    output.writelines([Buffer.from('one'), Buffer.from('two')]);
    assert.equal(readFileSync(path, 'latin1'), 'onetwo');
    assert.equal(output.getWriteBufferSize(), 0);
    output.writeEof();
    output.close();
    assert.equal(await witness.loss(), undefined);
    assert.equal(witness.story, 'made lost');
  }),
);
