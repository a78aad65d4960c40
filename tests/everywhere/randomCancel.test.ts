// Random programs of rewritten functions, cancelled at a random moment: the task ends, as cancelled, and by then every
// function that had begun has cleaned up.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTask, run } from '../../src/asyncio.ts';
import '../harness.ts';
import { turns } from '../turns.ts';
import { body } from './program.ts';

const CLEAN_UPS = ['', 'await sleep(0);', 'await tick(2);', 'await tick(1); await sleep(0);'];

/** The text of an expression that waits; what may be waited for together is. */
const { node } = fc.letrec<{ node: string; work: string }>((tie) => ({
  work: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('never()', 'sleep(1e6)', 'tick(3)', 'sleep(0)', '5', 'moveOnAfter(1e6, () => never())'),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `all([${a}, ${b}])`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(async () => { await ${a}; await ${b}; })()`),
    tie('node').map((one) => `later(() => ${one})`),
    tie('node').map((one) => `(async () => { const p = ${one}; await p; })()`),
    tie('node').map((one) => `timeout(1e6, () => ${one})`),
    tie('node').map((one) => `taskGroup(async (group) => { group.startSoon(() => ${one}); })`),
    tie('node').map(
      (one) =>
        `(async () => { for await (const x of (async function* () { yield await ${one}; yield await ${one}; })()) await x; })()`,
    ),
  ),
  node: fc
    .tuple(tie('work'), fc.constantFrom(...CLEAN_UPS))
    .map(
      ([work, clean]) =>
        `(async () => { const n = enter(); try { return await ${work}; } finally { try { ${clean} } finally { leave(n); } } })()`,
    ),
}));

const PRELUDE = `
  const all = async (promises) => {
    const failed = (await Promise.allSettled(promises)).find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
  };`;

async function check(text: string, moment: number): Promise<void> {
  const inside = new Set<number>();
  let count = 0;
  const scope = {
    enter: () => (inside.add(++count), count),
    leave: (n: number) => inside.delete(n),
    never: () => new Promise(() => {}),
    tick: async (many: number) => {
      for (let hop = 0; hop < many; hop++) await null;
    },
    later: async (work: () => Promise<unknown>) => {
      await null;
      return work();
    },
  };
  await run(async () => {
    const task = createTask(body(`${PRELUDE} await ${text}; await never();`, scope));
    await turns(moment);
    task.cancel();
    let left = -1;
    task.addDoneCallback(() => (left = inside.size));
    // Of functions side by side one whose value came in the very turn of the cancel goes on without it.
    for (let turn = 1; turn < 400 && !task.done(); turn++) {
      await turns(1);
      if (turn % 100 === 0) task.cancel();
    }
    assert.equal(task.done(), true, 'the task goes on');
    assert.equal(task.cancelled(), true);
    await turns(1);
    assert.equal(left, 0, 'a function has not cleaned up');
  });
}

test('everywhere: random programs that are cancelled end when all in them has cleaned up', async () => {
  const seed = Number(process.env['SEED'] ?? 12);
  await fc.assert(
    fc.asyncProperty(node, fc.nat(12), (text, moment) => check(text, moment)),
    { numRuns: Number(process.env['RUNS'] ?? 200), seed },
  );
});
