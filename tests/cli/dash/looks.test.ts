// The looks of the dashboard, shared by its pages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTask, run, sleep } from '../../../src/asyncio.ts';
import { Looks } from '../../../src/cli/dash/looks.ts';
import type { Attached, ProcessView } from '../../../src/inspect/inspect.ts';
import '../../harness.ts';
import { aProgram, aThread } from '../top/program.ts';

class FakeThread {
  readonly pid: number = 7;
  readonly thread: number = 0;
  readonly closed: boolean = false;
  readonly silent: undefined = undefined;
  readonly asked: string[] = [];
  readonly listeners: Set<(event: string, data: unknown) => void> = new Set();

  listen(listener: (event: string, data: unknown) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async ask(method: string): Promise<true> {
    this.asked.push(method);
    return true;
  }
}

class FakeProgram {
  readonly thread: FakeThread = new FakeThread();
  looks: number = 0;
  ended: boolean = false;

  get threads(): FakeThread[] {
    return [this.thread];
  }

  async *watch(): AsyncGenerator<ProcessView, void, undefined> {
    for (; !this.ended; await sleep(1)) {
      this.looks++;
      yield aProgram([aThread([])]);
    }
  }
}

/** Runs `body` beside the looks. */
async function beside(
  body: (program: FakeProgram, looks: Looks, told: string[]) => Promise<void>,
): Promise<void> {
  await run(async () => {
    const program = new FakeProgram();
    const told: string[] = [];
    const looks = new Looks(program as unknown as Attached, 1, {
      update: () => told.push('look'),
      ran: () => told.push('ran'),
    });
    const looking = createTask(() => looks.run());
    try {
      await body(program, looks, told);
    } finally {
      looking.cancel();
    }
  });
}

test('Looks: one look serves all pages, and a page that leaves takes nothing from the others', async () => {
  await beside(async (program, looks, told) => {
    const first = looks.follow();
    const second = looks.follow();
    const [one, other] = await Promise.all([first.next(), second.next()]);
    assert.equal(one.value, other.value);
    assert.deepEqual(program.thread.asked, ['trace']);
    assert.equal(told.length, program.looks);
    await first.return('');
    for (const listener of program.thread.listeners) listener('trace', []);
    assert.equal(told.at(-1), 'ran');
    assert.deepEqual(program.thread.asked, ['trace']);
    await second.return('');
    assert.deepEqual(program.thread.asked, ['trace', 'untrace']);
    assert.equal(program.thread.listeners.size, 0);
  });
});

test('Looks: nobody looking, the program is not looked at; a page that comes later is', async () => {
  await beside(async (program, looks) => {
    await sleep(5);
    assert.equal(program.looks, 0);
    for (const times of [1, 2]) {
      const page = looks.follow();
      await page.next();
      await page.return('');
      assert.equal(program.thread.asked.length, 2 * times);
    }
    const before = program.looks;
    await sleep(5);
    assert.ok(program.looks <= before + 1);
  });
});

test('Looks: a page that reads slowly gets the newest look alone', async () => {
  await beside(async (program, looks) => {
    const slow = looks.follow();
    const { value: old } = await slow.next();
    const fast = looks.follow();
    let newest: unknown;
    for (let count = 0; count < 5; count++) newest = (await fast.next()).value;
    const { value: next } = await slow.next();
    assert.notEqual(next, old);
    assert.equal(next, newest);
    await Promise.all([slow.return(''), fast.return('')]);
    assert.ok(program.looks >= 5);
  });
});

test('Looks: all pages are told that the program has ended, those that come later too', async () => {
  await beside(async (program, looks) => {
    const page = looks.follow();
    await page.next();
    program.ended = true;
    let last = await page.next();
    while (last.done !== true) last = await page.next();
    assert.equal(last.value, 'the process has ended');
    assert.deepEqual(await looks.follow().next(), { done: true, value: 'the process has ended' });
  });
});
