// A process that Linux hides from its own user, since it has given up root's rights.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import '../../harness.ts';
import { onNode, Program } from '../../facade/program.ts';

const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
const drops = new URL('./programs/drops.ts', import.meta.url);
const main = new URL('../../../src/cli/main.ts', import.meta.url);

const [asNobody = '', ...rights] = AS_NOBODY;
const reads = (file: string): boolean => spawnSync(asNobody, [...rights, 'test', '-r', file]).status === 0;
const skip =
  process.platform !== 'linux' || !onNode
    ? 'one runtime is enough, and processes are found in /proc'
    : process.getuid?.() !== 0
      ? 'only root has rights to give up'
      : reads(process.execPath) && reads(fileURLToPath(main))
        ? false
        : 'nobody may not read this folder, or setpriv is missing';

test(
  'attach: a program that has given up rights is found by its socket, or told what to do',
  { skip },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'asyncio-hidden-'));
    chownSync(folder, NOBODY, NOBODY);
    const env = { XDG_RUNTIME_DIR: folder };
    const programs = [
      new Program(drops, ['first'], { ...env, ASYNCIO_INSPECT: '1' }),
      new Program(drops, ['later'], env),
    ];
    try {
      await Promise.all(programs.map((program) => program.printed('ready')));
      // The socket opens beside main, and then its file is there.
      const sockets = join(folder, `asyncio-ts-${NOBODY}`);
      while (!existsSync(sockets) || readdirSync(sockets).length === 0) await pause(5);
      const [found, refused] = await Promise.all(
        programs.map(({ pid }) => new Program(main, ['ps', String(pid)], env, AS_NOBODY).ended),
      );
      assert.deepEqual([found?.code, found?.stderr], [0, '']);
      assert.match(found?.stdout ?? '', /^drops\.ts, process \d+, Node .*\nmain thread, 1 task\n/);
      assert.deepEqual([refused?.code, refused?.stdout], [1, '']);
      assert.match(
        refused?.stderr ?? '',
        /^asyncio: process \d+ \(drops\.ts\) has other rights than it was started with .*: start it with ASYNCIO_INSPECT=1, .*\n$/,
      );
    } finally {
      for (const program of programs) program.signal('SIGKILL');
      await Promise.all(programs.map(({ ended }) => ended));
      rmSync(folder, { recursive: true });
    }
  },
);
