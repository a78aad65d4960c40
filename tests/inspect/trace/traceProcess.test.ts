// A trace of a live program, from outside: what its tasks do is in the file, which is whole however the trace ends.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTask, InvalidArgumentError, run, sleep, timeout } from '../../../src/asyncio.ts';
import { attach, AttachError, traceProcess } from '../../../src/inspect/inspect.ts';
import type { Attached } from '../../../src/inspect/inspect.ts';
import { asksForProcess } from '../../../src/cli/command.ts';
import { startLookedAt } from '../../startLookedAt.ts';
import '../../harness.ts';

interface Event {
  readonly ph: string;
  readonly name?: string;
  readonly cat?: string;
  readonly args?: { readonly outcome?: string };
}

test('asyncio trace: a number is a process, wherever it stands', () => {
  for (const args of ['12', '-o f 12', '--for 3 12', '--for=3 --output f 12', '12 -o f'])
    assert.equal(asksForProcess(args.split(' ')), true, args);
  for (const args of ['app.ts', '-o 12 app.ts', '--no-children app.ts -- 12', '12.ts', ''])
    assert.equal(asksForProcess(args.split(' ')), false, args);
});

test('traceProcess: a live program, until it is cancelled and until the program ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trace-'));
  const program = await startLookedAt(2, { isPrepared: true });
  const [first, second] = [join(folder, 'first.json'), join(folder, 'second.json')];
  const eventsOf = (file: string): Event[] => JSON.parse(readFileSync(file, 'utf8')) as Event[];
  const written = async (file: string, text: string): Promise<void> => {
    while (!readFileSync(file, 'utf8').includes(text)) await sleep(10);
  };
  try {
    await run(() =>
      timeout(60_000, async () => {
        const looked = await attachSoon(program.pid);
        const cut = createTask(() => traceProcess(looked, { file: first }));
        while (!cut.done()) {
          await sleep(10);
          if (
            cut.cancelling() === 0 &&
            readFileSync(first, { encoding: 'utf8', flag: 'a+' }).includes('"tasks"')
          )
            cut.cancel();
        }
        assert.ok(cut.cancelled());
        const whole = createTask(() => traceProcess(looked, { file: second }));
        await sleep(0);
        await written(second, '"tasks"');
        const { threads } = await looked.snapshot();
        const bob = threads[0]?.snapshot?.tasks.find(({ name }) => name === 'Bob');
        await looked.cancel({ pid: looked.pid, task: bob?.id ?? 0 });
        await written(second, 'cancelled');
        await program.end();
        assert.equal(await whole, second);
        looked.close();
      }),
    );
    assert.ok(eventsOf(first).some(({ ph, name }) => ph === 'C' && name === 'tasks'));
    const events = eventsOf(second);
    assert.ok(events.some(({ ph, name }) => ph === 'B' && name === 'Bob'));
    assert.ok(events.some(({ ph, cat }) => ph === 'i' && cat === 'cancel'));
    assert.ok(events.some(({ ph, args }) => ph === 'E' && args?.outcome === 'cancelled'));
    // The lock that Bob held has gone to Ann.
    assert.ok(events.some(({ ph, args }) => ph === 'E' && args?.outcome === 'finished'));
  } finally {
    await program.end();
    rmSync(folder, { recursive: true });
  }
});

/** Main may begin before the socket is there, and Bun and Deno can't be asked to open one. */
async function attachSoon(pid: number): Promise<Attached> {
  for (;;) {
    try {
      return await attach(pid, { children: false });
    } catch (error) {
      if (!(error instanceof AttachError) || error.reason !== 'closed') throw error;
      await sleep(10);
    }
  }
}

test('traceProcess: bad options are refused at once', async () => {
  await run(async () => {
    const program = { pid: 1 } as never;
    await assert.rejects(traceProcess(program, { file: '' }), InvalidArgumentError);
    await assert.rejects(traceProcess(program, { maxSize: 0 }), InvalidArgumentError);
  });
});
