// serveCluster in a program of its own: signals, the end of the parent, and node:cluster where there are no sockets of ours.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { run, sleep } from '../../../src/asyncio.ts';
import { commandLine, onBun, onDeno } from '../../commandLine.ts';
import { startLoad } from './load.ts';

const file = fileURLToPath(new URL('program.ts', import.meta.url));
const skip = onBun || onDeno || process.platform === 'win32' ? 'Node with signals only' : false;

interface Said {
  readonly port: number;
  readonly pid: number;
  readonly ended?: boolean;
}

// One program for each backend: SIGHUP on both, then one is asked to end, and the other is killed.
for (const backend of ['auto', 'host'] as const) {
  const end = backend === 'auto' ? 'the workers end with a parent that is killed' : 'SIGTERM ends';
  test(
    `serveCluster: SIGHUP restarts without losing a request, ${end} (${backend})`,
    { skip },
    async () => {
      await run(async () => {
        await using program = start(backend);
        const { port, pid } = await program.next();
        const load = startLoad(port, 8);
        program.child.kill('SIGHUP');
        const { pid: fresh } = await program.next();
        assert.notEqual(fresh, pid);
        await gone(pid);
        await load.stop();
        assert.deepEqual(load.lost, []);
        if (backend === 'auto') program.child.kill('SIGKILL');
        else {
          program.child.kill('SIGTERM');
          assert.equal((await program.next()).ended, true);
          assert.deepEqual(await program.closed, [0, null]);
        }
        await gone(fresh);
      });
    },
  );
}

interface Program extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly closed: Promise<unknown[]>;
  next(): Promise<Said>;
}

function start(backend: string): Program {
  const env = { ...process.env, ASYNCIO_BACKEND: backend };
  const child = spawn(process.execPath, commandLine(file), { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  const closed = once(child, 'close');
  return {
    child,
    closed,
    next: async () => JSON.parse(String((await said.next()).value)) as Said,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(5);
  }
}
