// Random asynchronous programs, rewritten and as they are: the same results and the same errors; with no task the same
// order of everything too.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { run } from '../../src/asyncio.ts';
import '../harness.ts';
import { evaluate } from './program.ts';

/** Expressions whose value, or error, is a matter of awaits. */
const { expression } = fc.letrec<{ expression: string; leaf: string; wait: string; block: string }>(
  (tie) => ({
    expression: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('wait'), tie('block')),
    leaf: fc.constantFrom(
      '1',
      'undefined',
      'null',
      '({})',
      'ok("a")',
      'ok("b")',
      'bad("c")',
      'later("d", 1)',
      'later("e", 3)',
      'fails("f", 2)',
      'thenable("g")',
      'brokenThenable("h")',
      'sub("i")',
      'getter',
      'bad("k")',
    ),
    wait: fc.oneof(
      tie('expression').map((one) => `(await ${one})`),
      tie('expression').map((one) => `await (async () => ${one})()`),
      tie('expression').map((one) => `await (async () => { return ${one}; })()`),
      tie('expression').map(
        (one) => `await (async () => { try { return ${one}; } finally { log("finally"); } })()`,
      ),
      tie('expression').map(
        (one) =>
          `await (async () => { try { return await ${one}; } finally { log("finally"); await 0; } })()`,
      ),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `await Promise.all([${a}, ${b}])`),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `await Promise.race([${a}, ${b}])`),
      fc
        .tuple(tie('expression'), tie('expression'))
        .map(([a, b]) => `(await Promise.allSettled([${a}, ${b}])).map((x) => x.status).join()`),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `[${a}, ${b}].length`),
    ),
    block: fc.oneof(
      tie('expression').map(
        (one) =>
          `await (async () => { try { log(show(await ${one})); } catch (error) { log(show(error)); return 2; } })()`,
      ),
      fc
        .tuple(tie('expression'), tie('expression'))
        .map(
          ([a, b]) =>
            `await (async () => { for await (const x of [${a}, ${b}]) log(show(x)); return "loop"; })()`,
        ),
      fc
        .tuple(tie('expression'), tie('expression'))
        .map(
          ([a, b]) =>
            `await (async () => { for await (const x of (async function* () { try { const y = yield ${a}; log(show(y)); yield* [${b}]; return ${a}; } finally { log("closed"); } })()) { log(show(x)); if (x === 1) break; } })()`,
        ),
      tie('expression').map(
        (one) =>
          `await (async () => { const g = (async function* () { for (;;) log(show(yield ${one})); })(); const all = [g.next(1), g.next(2), g.return(3)]; for (const one of all) one.catch(() => {}); return show(await all[2]); })()`,
      ),
      tie('expression').map(
        (one) => `await later(${one}, 1).then(async (x) => { log("then"); return ${one}; })`,
      ),
      tie('expression').map(
        (one) =>
          `await (async () => { const p = later(1, 1); log("started"); const q = (async () => ${one})(); q.catch(() => {}); await p; return await q; })()`,
      ),
    ),
  }),
);

interface Outcome {
  readonly log: readonly string[];
  readonly result: string;
}

const show = (value: unknown): string => {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'function') return 'function';
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
};

/** One that a program may drop, which is its own affair. */
function dropped<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

async function outcome(code: string, plain: boolean, ticking: boolean): Promise<Outcome> {
  const log: string[] = [];
  class Sub<T> extends Promise<T> {}
  const hops = async (count: number): Promise<void> => {
    for (let hop = 0; hop < count; hop++) await null;
  };
  const scope = {
    log: (text: string) => log.push(text),
    show,
    ok: (value: unknown) => Promise.resolve(value),
    bad: (text: string) => dropped(Promise.reject(new Error(text))),
    later: async (value: unknown, count: number) => (await hops(count), value),
    fails: (text: string, count: number) =>
      dropped(
        hops(count).then(() => {
          throw new Error(text);
        }),
      ),
    thenable: (value: unknown) => ({
      then: (done: (value: unknown) => void) => (log.push('then called'), done(value)),
    }),
    brokenThenable: (text: string) => ({
      then: () => {
        throw new Error(text);
      },
    }),
    sub: (value: unknown) => Sub.resolve(value),
    getter: {
      get then(): undefined {
        log.push('then read');
        return undefined;
      },
    },
  };
  const main = evaluate(`return async () => { return ${code}; };`, scope, plain) as () => Promise<unknown>;
  const stop = { now: false };
  const clock = async (): Promise<void> => {
    for (let tick = 0; !stop.now && tick < 200; tick++) {
      log.push(`tick ${tick}`);
      await null;
    }
  };
  if (ticking) void clock();
  const result = await main().then(
    (value) => `returns ${show(value)}`,
    (error: unknown) => `throws ${show(error)}`,
  );
  stop.now = true;
  return { log, result };
}

const seed = Number(process.env['SEED'] ?? 9);
const settings = { numRuns: 300, seed };

test('everywhere: with no task random programs do everything in the same order', async () => {
  await fc.assert(
    fc.asyncProperty(expression, async (code) => {
      assert.deepEqual(await outcome(code, false, true), await outcome(code, true, true));
    }),
    settings,
  );
});

test('everywhere: in a task random programs have the same result and the same log', async () => {
  await fc.assert(
    fc.asyncProperty(expression, async (code) => {
      // Which of two is first may be a matter of one microtask, and there is one more for each foreign await.
      fc.pre(!code.includes('race'));
      const inTask = await run(() => outcome(code, false, false));
      const bare = await outcome(code, true, false);
      assert.equal(inTask.result, bare.result);
      // A promise that takes on a value looks for a `then`, and here there is one promise more.
      const counted = ({ log }: Outcome): string[] => log.filter((text) => text !== 'then read').sort();
      assert.deepEqual(counted(inTask), counted(bare));
    }),
    settings,
  );
});
