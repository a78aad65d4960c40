// Pipe transports on terminals: both sides of a pseudo-terminal.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { sleep } from '../../../src/asyncio.ts';
import { connectReadPipe, connectWritePipe } from '../../../src/pipes/connectPipe.ts';
import { declare } from '../../../src/sys/libc/ffi.ts';
import { DataWitness } from '../../net/contract/witness.ts';
import { onBackends } from '../../net/onBackends.ts';

/** The number of the terminal behind a master, which is unlocked for it. */
function openTerminal(): [master: number, slave: number] {
  const master = openSync('/dev/ptmx', 'r+');
  const ioctl = declare('int ioctl(int fd, uint64_t request, void *argument)');
  const value = new Int32Array(1);
  const bytes = new Uint8Array(value.buffer);
  assert.equal(ioctl(master, 0x40045431, bytes), 0);
  assert.equal(ioctl(master, 0x80045430, bytes), 0);
  return [master, openSync(`/dev/pts/${value[0]}`, 'r+')];
}

onBackends(
  'what is written on a terminal is read at its master; the end is an EIO without a report',
  async (loop) => {
    const [master, slave] = openTerminal();
    const witness = new DataWitness();
    await connectReadPipe(loop, () => witness, master);
    writeSync(slave, '1');
    await witness.bytes(1);
    writeSync(slave, '2345');
    assert.equal(String(await witness.bytes(5)), '12345');
    closeSync(slave);
    const error = await witness.loss();
    assert.equal((error as { code?: string } | undefined)?.code, 'EIO');
  },
  { only: 'selector' },
);

onBackends(
  'a terminal can be written to, and closed',
  async (loop) => {
    const [master, slave] = openTerminal();
    const witness = new DataWitness();
    const [transport] = await connectWritePipe(loop, () => witness, slave);
    transport.write(Buffer.from('12345'));
    const bytes = Buffer.alloc(10);
    assert.equal(bytes.subarray(0, readSync(master, bytes)).toString(), '12345');
    transport.close();
    assert.equal(await witness.loss(), undefined);
    closeSync(master);
  },
  { only: 'selector' },
);

onBackends(
  'one terminal can be read and written at the same time',
  async (loop) => {
    const [master, slave] = openTerminal();
    const typed = new DataWitness();
    const shown = new DataWitness();
    await connectReadPipe(loop, () => typed, slave);
    const [screen] = await connectWritePipe(loop, () => shown, openSync(`/proc/self/fd/${slave}`, 'w'));
    writeSync(master, 'a line\n');
    assert.equal(String(await typed.bytes(7)), 'a line\n');
    screen.write(Buffer.from('answer'));
    await sleep(1);
    const bytes = Buffer.alloc(100);
    const seen = bytes.subarray(0, readSync(master, bytes)).toString();
    assert.match(seen, /answer$/);
    typed.transport.close();
    screen.close();
    await typed.loss();
    await shown.loss();
    closeSync(master);
  },
  { only: 'selector' },
);
